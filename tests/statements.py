"""Counting what a page asks the database."""


def of_the_unit(captured) -> int:
    """Statements of the unit of work, from its opening to its end; session and login come before it on every page."""
    statements = [one["sql"] for one in captured]
    first = next(number for number, sql in enumerate(statements) if "acl.enter" in sql)
    return len(statements[first:])
