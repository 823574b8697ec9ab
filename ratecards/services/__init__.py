"""What people and jobs do to rate cards: one function a verb, one transaction each; rights are asked here too."""
