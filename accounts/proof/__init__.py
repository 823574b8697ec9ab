"""The proof that nobody has to take either lock on trust: what stands in the database against what the code says.

    findings(cursor)            every kind of drift, by comparing sets in the database: grants, people, tree, roles, law
    rows.compare(...)           for every user, what guardian's side shows against what row security shows
    repair(cursor)              puts right what can be derived from companies, assignments and the code, and nothing else

Each kind of finding is one small function, listed in accounts/proof/kinds.py with what it means and what to do.
"""

from accounts.proof.finding import DRIFT, LEAK, NOTICE, Finding, Kind
from accounts.proof.kinds import KINDS, findings, repair
from accounts.proof.report import Report

__all__ = ["DRIFT", "KINDS", "LEAK", "NOTICE", "Finding", "Kind", "Report", "findings", "repair"]
