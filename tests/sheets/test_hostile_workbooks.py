"""Every file that a workbook can be made to be is refused or read within bounds: the process is asked what it took."""

import json
import subprocess
import sys

import pytest

from connexcs.embedded import ROOT

from .books import repacked, workbook
from .test_hostile_files import GOOD, ROWS, SHEET, XML, archive, sheet_xml

MOST = 200_000  # kB
CPU = 2  # seconds of computing, which others on the machine do not lengthen much
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)) + "]>"
)
# A small process between: what a process took is counted from what the one took that it was forked from.
MEASURED = """
import json, resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", *sys.argv[1:]], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.stdout, used.ru_maxrss, used.ru_utime + used.ru_stime]))
"""
BOOK = '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets>{}</sheets></workbook>'


def laughing(member: str) -> bytes:
    cells = XML.format('<row r="1"><c r="A1" t="inlineStr"><is><t>&a11;</t></is></c></row>')
    return repacked(GOOD, **{member: LAUGHS + (cells if "sheets/" in member else "<sst>&a11;</sst>")})


def encrypted() -> bytes:
    """The flag of encryption in both heads of the first member."""
    data = bytearray(GOOD)
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


FILES = {
    "bomb of a thousand to one": (repacked(GOOD, **{"xl/media/x.bin": bytes(100_000_000)}), {"bomb"}),
    "bomb in the sheet": (sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>' * 2_000_000), {"bomb"}),
    "archive in an archive": (archive(**{"a.zip": archive(**{"b.zip": GOOD})}), {"kind"}),
    "workbook in a workbook": (repacked(GOOD, **{"xl/a.xlsx": GOOD}), set()),
    "ten thousand sheets": (repacked(GOOD, **{"xl/workbook.xml": BOOK.format("".join(
        f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 10_001)))}), {"sheets", "zip", "empty"}),
    "ten thousand members": (archive(**{f"xl/worksheets/sheet{n}.xml": "" for n in range(10_000)}, **{"xl/workbook.xml": ""}), {"bomb"}),
    "cell at the far corner": (sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
                               {"too_much", "zip", "columns"}),
    "many laughs in the sheet": (laughing(SHEET), {"zip", "empty"}),
    "many laughs in the texts": (laughing("xl/sharedStrings.xml"), set()),
    "encrypted": (encrypted(), {"encrypted"}),
    "name that leaves the folder": (repacked(GOOD, **{"../../../../tmp/x.csv": "1"}), set()),
    "formula of another file": (workbook(("Rates", [*ROWS, ["='[http://x/y.xlsx]a'!A1", "=WEBSERVICE(1)", 0.1]])), set()),
}  # fmt: skip


OPENERS = {"rates": "ratecards.sheets.opener", "customers": "accounts.sheets.opener"}
WORST = ("bomb in the sheet", "cell at the far corner", "many laughs in the texts")  # the openers share the rest
ASKED = [("rates", name) for name in FILES] + [("customers", name) for name in WORST]


@pytest.mark.parametrize(("sheet", "name"), ASKED, ids=map(" ".join, ASKED))
def test_workbook_is_read_or_refused_within_bounds(tmp_path, sheet, name):
    """`codes` are the refusals that may come; none: it is read, and nothing of it runs."""
    content, codes = FILES[name]
    path, folder = tmp_path / "file", tmp_path / "parts"
    path.write_bytes(content)
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, OPENERS[sheet], str(path), str(folder)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    said, memory, seconds = json.loads(done.stdout)
    answer = json.loads(said) if said else {"code": "too_much"}
    assert (answer["code"] in codes) if codes else "parts" in answer, answer
    assert memory < MOST
    assert seconds < CPU
    parts = list(tmp_path.rglob("*.csv"))
    assert all(one.parent == folder and one.stat().st_size < 1_000 for one in parts)
