"""What a proof came to, for people and for programs."""

from dataclasses import dataclass, field
from itertools import groupby

from accounts.proof.finding import NOTICE, Finding, Kind
from accounts.proof.kinds import KINDS
from accounts.proof.rows import ROWS, Compared

MOST_CASES = 20  # a kind, for people; programs get all
BY_NAME: dict[str, Kind] = {kind.name: kind for kind in (*KINDS, ROWS)}
ORDER = list(BY_NAME)


@dataclass
class Report:
    """Findings, users and rows compared, seconds taken, and what was repaired on the way."""

    findings: list[Finding] = field(default_factory=list)
    users: int = 0
    rows: int = 0
    seconds: float = 0
    repaired: list[Finding] = field(default_factory=list)

    def add(self, compared: Compared) -> None:
        self.users += compared.users
        self.rows += compared.rows
        self.findings += compared.findings

    @property
    def ok(self) -> bool:
        """No drift: notices are worth a look and no fault."""
        return all(found.severity == NOTICE for found in self.findings)

    @property
    def summary(self) -> str:
        faults = sum(found.severity != NOTICE for found in self.findings)
        verdict = "No drift" if not faults else "1 fault" if faults == 1 else f"{faults:,} faults"
        compared = f"{self.users:,} users and {self.rows:,} rows compared" if self.users else "rows not compared"
        return f"{verdict}; {compared}, {self.seconds:.1f} s"

    def as_json(self) -> dict:
        """`repaired` beside the agreed keys, where something was."""
        shown = {"ok": self.ok, "findings": [found.as_json() for found in self.findings], "users": self.users,
                 "rows": self.rows, "seconds": round(self.seconds, 3)}  # fmt: skip
        return shown | ({"repaired": [found.as_json() for found in self.repaired]} if self.repaired else {})

    def lines(self) -> list[str]:
        """Grouped by kind: what it is, who or what, and what to do."""
        found = [line for kind, cases in grouped(self.findings) for line in section(kind, cases)]
        mended = [f"repaired  {case.thing}: {case.detail}" for case in self.repaired]
        return [*mended, *found, self.summary]


def from_json(kept: list[dict]) -> list[Finding]:
    """Findings that a job kept; a kind that is no more known is left out."""
    return [Finding(**one) for one in kept if one["kind"] in BY_NAME]


def grouped(findings: list[Finding]) -> list[tuple[Kind, list[Finding]]]:
    """Cases by kind, in the order of the table, notices last."""
    ordered = sorted(findings, key=lambda found: (found.severity == NOTICE, ORDER.index(found.kind)))
    return [(BY_NAME[name], list(cases)) for name, cases in groupby(ordered, key=lambda found: found.kind)]


def section(kind: Kind, cases: list[Finding]) -> list[str]:
    lines = [f"{kind.title} ({kind.severity}, {kind.name}): {len(cases)}"]
    lines += [f"  {case.thing}: {case.detail}" for case in cases[:MOST_CASES]]
    lines += [f"  … and {len(cases) - MOST_CASES} more"] if len(cases) > MOST_CASES else []
    return [*lines, f"  → {kind.remedy}", ""]
