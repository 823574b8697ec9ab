"""The process that opens a workbook or a document: `python -m ratecards.sheets.opener FILE FOLDER`."""

import sys

from accounts.sheets.opener import answer, limit


def main(path, folder):
    from accounts.sheets import workbook
    from ratecards.sheets import document

    limit()
    with open(path, "rb") as file:
        is_workbook = file.read(4) == b"PK\x03\x04"
    answer((workbook if is_workbook else document).write_parts, path, folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
