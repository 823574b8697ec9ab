"""Every write of people and groups: one verb a function, the actor by keyword, one transaction."""
