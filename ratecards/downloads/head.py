"""What a file says of the card and the revision it holds, beside the rates; and the columns of its rates."""

from typing import NamedTuple

from ratecards.engine.classes import EEA, SINGLE

# Of each presentation the price columns with the name that a sheet gives them, in its order.
NAMES = {EEA: {"intra": "rate_local", "inter": "rate_eea", "cost": "rate_international"}, SINGLE: {"cost": "cost"}}
BY_STATE = {"intra": "intra", "inter": "inter", "cost": "cost"}


class Head(NamedTuple):
    """The public face of a card, and one revision of it. `card` holds plain values by the names of its model; `day` is
    the day from which the prices are (or were made), `created_at` an instant in UTC, both as ISO text."""

    code: str
    name: str
    number: int
    card: dict
    day: str
    created_at: str
    grace: bool

    @property
    def prices(self) -> dict[str, str]:
        """{price column: its name in a sheet}."""
        return NAMES.get(self.card["presentation"], BY_STATE)
