"""The process that opens a workbook: `python -m accounts.sheets.opener FILE FOLDER`.

Limits first, then the file. Prints one line of JSON: what was found, or {"code", "message"} of a refusal.
"""

import json
import resource
import sys
from functools import partial
from pathlib import Path

from accounts.sheets.basics import BREAK, SheetError

MEMORY = 1_000_000_000  # bytes of address space beyond what the process has when it starts
CPU = 200  # seconds
OUTPUT = 600_000_000  # bytes of one file


def limit():
    """Bound memory, time and output of this process; what passes a bound ends it."""
    here = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    bounds = {
        resource.RLIMIT_AS: here + MEMORY,
        resource.RLIMIT_CPU: CPU,
        resource.RLIMIT_FSIZE: OUTPUT,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in bounds.items():
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


def answer(write_parts, path, folder):
    """Print what `write_parts(path, folder)` made of the file, or why it made nothing; call `limit` before."""
    try:
        said = write_parts(Path(path), Path(folder)).to_dict()
    except SheetError as error:
        said = {"code": error.code, "message": error.message}
    except (MemoryError, OSError, RecursionError) as error:
        said = {"code": "too_much", "message": f"The file is too large to be opened ({type(error).__name__})."}
    print(json.dumps(said))


def main(path, folder):
    from accounts.sheets import workbook

    limit()
    answer(partial(workbook.write_parts, breaks=BREAK), path, folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
