"""Lines of cells as CSV text."""

import csv
import io


def text(lines: list[list[str]]) -> str:
    """Lines of cells as CSV."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(lines)
    return target.getvalue()
