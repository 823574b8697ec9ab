"""The access report, who can see an object, and the effect of a group."""
