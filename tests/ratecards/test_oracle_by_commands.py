"""Figures of other systems, asked of the real commands: a sheet imported, numbers rated, calls charged."""

import csv
import json
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

ORACLE = Path(__file__).parents[1] / "oracle"
HEADER = "prefix,initial rate,next rate,initial interval,next interval,connection fee\n"
TERMS = ("initial_rate", "next_rate", "initial_interval", "next_interval", "connect_fee")


def vectors(name):
    with open(ORACLE / name, newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def ask(world, capsys):
    """ask(name, …) -> (exit code, the JSON lines printed)."""

    def command(*arguments):
        code = 0
        try:
            call_command(*arguments, "--json")
        except SystemExit as end:
            code = end.code
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return command


@pytest.fixture
def imported(ask, tmp_path):
    """imported(text) -> what the import of a sheet into a new card, live at once, printed."""

    def into(text):
        sheet = tmp_path / "sheet.csv"
        sheet.write_text(text)
        return ask("import_rates", "--new-provider-card", "Oracle", str(sheet), "--activate")

    return into


def numbers_in(tmp_path, numbers) -> str:
    path = tmp_path / "numbers.txt"
    path.write_text("\n".join(numbers))
    return str(path)


def test_every_number_is_rated_by_the_oracles_prefix(imported, ask, tmp_path):
    prefixes = [line["prefix"] for line in vectors("lpm_prefixes.csv")]
    code, (made,) = imported("prefix,rate\n" + "".join(f"{prefix},0.01\n" for prefix in prefixes))
    assert (code, made["accepted"], made["refused"]) == (0, len(prefixes), 0)
    lines = vectors("lpm_vectors.csv")
    _, found = ask("rate", "--card", made["card"], "--file", numbers_in(tmp_path, [line["number"] for line in lines]))
    assert [(one["number"], one["prefix"] or "") for one in found] == [
        (line["number"], line["matched_prefix"]) for line in lines
    ]


def rows_of_terms() -> tuple[dict, str, list[str]]:
    """({terms: prefix}, the sheet of those that can be told by a fee, the lines of those that cannot)."""
    prefixes, sold, refused = {}, HEADER, []
    for line in vectors("interval_billing_vectors.csv"):
        terms = tuple(line[name] for name in TERMS)
        if terms in prefixes:
            continue
        prefixes[terms] = str(1000 + len(prefixes))
        text = ",".join((prefixes[terms], *terms)) + "\n"
        more = (Decimal(terms[0]) - Decimal(terms[1])) * int(terms[2]) * 10**8
        if more < 0 or more % 60:
            refused.append(text)
        else:
            sold += text
    return prefixes, sold, refused


def test_every_call_costs_what_the_oracle_says(imported, ask, tmp_path):
    prefixes, sheet, _ = rows_of_terms()
    code, (made,) = imported(sheet)
    assert (code, made["refused"]) == (0, 0)
    calls = defaultdict(dict)
    for line in vectors("interval_billing_vectors.csv"):
        prefix = prefixes[tuple(line[name] for name in TERMS)]
        if f"\n{prefix}," in sheet:
            amount = Decimal(line["amount"]).quantize(Decimal("1e-8"), ROUND_HALF_UP)
            calls[line["duration"]][f"{prefix}5550100"] = (int(line["billed_seconds"]), amount)
    for duration, expected in calls.items():
        numbers = numbers_in(tmp_path, expected)
        _, found = ask("rate", "--card", made["card"], "--file", numbers, "--duration", duration)
        assert {one["number"]: (one["billed_seconds"], Decimal(one["charge"])) for one in found} == expected, duration
    assert sum(map(len, calls.values())) > 1000


def test_first_interval_that_no_fee_can_tell_is_refused_line_by_line(imported):
    _, _, refused = rows_of_terms()
    code, (made,) = imported(HEADER + "9999,1,1,1,1,0\n" + "".join(refused))
    assert (code, made["accepted"], made["refused"]) == (1, 1, len(refused))
    assert len(refused) > 10
