"""How one sheet of customers is laid out, in plain values that a job can keep as JSON."""

from dataclasses import asdict, dataclass, fields

from accounts.sheets import DELIMITERS, ENCODINGS, IGNORE, MAX_COLUMNS, SheetError

FIELDS = {
    "name": "Name",
    "email": "E-mail",
    "status": "Status",
    "currency": "Currency",
    "debit_limit": "Debit limit",
    "notes": "Notes",
    "line": "Line of the first file",
}
NEEDED = ("name", "currency")


@dataclass(frozen=True)
class CustomerLayout:
    """The layout of one file. `mapping` names for every column a field, or "ignore".

    `header` is the line of the header, 0 without one; lines above it are not read. `decimal_comma`: 12,50 and not 12.50.
    `part` is the sheet of a workbook, from 0 on. `notes` tell what is not read and why.
    """

    encoding: str
    delimiter: str
    header: int
    columns: tuple[str, ...]
    mapping: tuple[str, ...]
    decimal_comma: bool = False
    part: int = 0
    notes: tuple[str, ...] = ()

    def __post_init__(self):
        if problem := _problem(self):
            raise SheetError("layout", problem)

    def to_dict(self) -> dict:
        """Plain values for JSON; `from_dict` reads them back."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: dict) -> "CustomerLayout":
        """The layout of `to_dict`, its values checked; raises SheetError (layout) naming the bad part."""
        known = {field.name for field in fields(cls)}
        kept = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
        try:
            return cls(**{key: value for key, value in kept.items() if key in known})
        except TypeError as error:
            raise SheetError("layout", "The layout is incomplete.") from error

    def require(self) -> None:
        """Raise SheetError (unmapped) unless the columns of name and currency are known: no customer is without them."""
        missing = [FIELDS[field] for field in NEEDED if field not in self.mapping]
        if missing:
            raise SheetError(
                "unmapped", f"Say which column holds: {', '.join(missing)}. The file has: {', '.join(self.columns)}."
            )


def _problem(layout: CustomerLayout) -> str:
    """What is wrong with a layout's values, "" when nothing is."""
    if layout.encoding not in ENCODINGS:
        return f"The encoding {layout.encoding!r} is not known."
    if layout.delimiter not in DELIMITERS:
        return f"The delimiter {layout.delimiter!r} is not known."
    if type(layout.header) is not int or type(layout.part) is not int or min(layout.header, layout.part) < 0:
        return "The line of the header and the sheet are 0 or more."
    if not 1 <= len(layout.columns) <= MAX_COLUMNS:
        return f"A sheet has 1 to {MAX_COLUMNS} columns, not {len(layout.columns)}."
    if len(layout.mapping) != len(layout.columns):
        return "The mapping does not name every column once."
    for target in layout.mapping:
        if target != IGNORE and target not in FIELDS:
            return f"{target!r} is nothing that a column can hold."
        if target != IGNORE and layout.mapping.count(target) > 1:
            return f"Two columns are read as {FIELDS[target]}."
    return ""
