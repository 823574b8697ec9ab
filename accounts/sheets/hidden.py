"""Rows that are hidden in a workbook, counted from its XML: the library that reads the cells does not tell.

Nothing is parsed, so nothing of the XML is expanded; what is not written as every spreadsheet writes it counts as shown.
"""

import re
import zipfile
from html import unescape

CHUNK = 1 << 20
MOST = 1_000_000  # bytes of what lists the sheets
_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*\bhidden=\"(?:1|true)\"")
_SHEET, _LINK = re.compile(r"<(?:\w+:)?sheet\b([^<>]*)>"), re.compile(r"<(?:\w+:)?Relationship\b([^<>]*)>")
_VALUE = re.compile(r"([\w:]+)=\"([^\"]*)\"")


def hidden_rows(path):
    """Return {name of a sheet: how many of its rows are hidden}, without those that have none."""
    with zipfile.ZipFile(path) as archive:
        places = {
            link.get("Id"): link.get("Target", "") for link in _elements(archive, "xl/_rels/workbook.xml.rels", _LINK)
        }
        counts = {}
        for sheet in _elements(archive, "xl/workbook.xml", _SHEET):
            target = places.get(next((value for name, value in sheet.items() if name.endswith(":id")), None), "")
            member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if member in archive.namelist() and (count := _count(archive, member)):
                counts[unescape(sheet.get("name", ""))] = count
        return counts


def _elements(archive, member, pattern):
    text = archive.open(member).read(MOST).decode("utf-8", "replace")
    return [dict(_VALUE.findall(match[1])) for match in pattern.finditer(text)]


def _count(archive, member):
    count, rest = 0, b""
    with archive.open(member) as file:
        while data := file.read(CHUNK):
            data = rest + data
            cut = data.rfind(b"<")  # the last element may go on
            count += len(_ROW.findall(data[: max(cut, 0)]))
            rest = data[cut:][-CHUNK:] if cut >= 0 else b""
    return count + len(_ROW.findall(rest))
