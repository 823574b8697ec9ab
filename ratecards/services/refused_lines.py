"""The refused lines of an import that are open: their numbers stand in the report, their text in a list beside it.

The numbers decide. The list only ever gets shorter and is written after them, so one that was not written in time, or
by another correction, still has every line that is open.
"""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from django.core.exceptions import ValidationError

from accounts import files
from accounts.sheets import inert
from ratecards import sheets
from ratecards.models import Revision, RevisionPrivate
from ratecards.sheets import Layout, Line

GONE = "The list of refused lines of this import is no longer here: import the sheet again, or waive the lines by name."


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers of lines as [first, last] of those that follow one another: a sheet of bad lines alone is one pair."""
    found = []
    for number in sorted(set(map(int, numbers))):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def open_numbers(report: dict, path: Path) -> set[int]:
    """The numbers in the first file of the lines that are open.

    Reports of before the numbers stood in them go by their list at `path`; ValidationError when that is gone.
    """
    if "open" in report:
        return {number for first, last in report["open"] for number in range(first, last + 1)}
    if not path.is_file():
        raise ValidationError(GONE)
    return set(listed(path))


def listed(path: Path) -> dict[int, list[str]]:
    """The cells of the listed lines by their number in the first file."""
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8")), delimiter=delimiter_of(path)))
    return {int(row[0]): row for row in rows[1:] if row and row[0].isdigit()}


def delimiter_of(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline()[len("line")]


def shorten(path: Path, left: set[int], again: Iterable[Line] = (), layout: Layout | None = None) -> None:
    """Keep the lines that are open: those refused `again` as they are in the file of this layout, the others as they were.

    Nothing happens to a list that is gone.
    """
    if not path.is_file():
        return
    now = {number_of(line, layout): line for line in again}
    header, target = path.read_text("utf-8").split("\n", 1)[0], io.StringIO()
    writer = csv.writer(target, delimiter=delimiter_of(path), lineterminator="\n")
    target.write(header + "\n")
    for number, row in listed(path).items():
        line = now.get(number)
        if number in left:
            writer.writerow([number, inert(line.reason), *sheets.cells_of(line, layout)[2:]] if line else row)
    files.write(path, [target.getvalue().encode()])


def number_of(line: Line, layout: Layout) -> int | None:
    first = sheets.cells_of(line, layout)[:1]
    return int(first[0]) if first and first[0].isdigit() else None


def imports_with_open_lines(company: int) -> set[str]:
    """The keys of the imports of a company whose drafts have refused lines open: their files are still needed."""
    found = RevisionPrivate.objects.filter(owner=company, refused__gt=0, revision__state=Revision.DRAFT)
    return {str(job) for job in found.exclude(job=None).values_list("job", flat=True)}
