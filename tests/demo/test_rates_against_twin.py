"""The demo's larger sheet goes down the tree (import, build, assign, build again) and every price is the twin's."""

import random
from decimal import Decimal
from functools import cache

import pytest
from django.conf import settings
from django.core.files import File

from accounts import acl, files, jobs
from connexcs.demo import sheets as demo_sheets
from ratecards import sheets, store, timeline
from ratecards.engine.options import Options
from ratecards.engine.rules import Rule
from ratecards.models import CardAssignment, RateCard
from ratecards.services import assignments, builds, cards, imports, revisions, rules
from ratecards.sheets import read
from tests import twin

NUMBERS = 20_000
OPTIONS = Options(decimals=6, rounding="half_up")
WHOLESALE = [("^", "percent", "12", "profit"), ("^44", "relative", "0.003", "profit"), ("^1", "margin", "18", "profit"),
             ("^53", "percent", "0", "blocked")]  # fmt: skip
RETAIL = [("^", "percent", "20", "profit"), ("^447", "margin", "30", "profit"), ("44", "absolute", "0.019", "profit"),
          ("^49301", "relative", "0.0025", "profit"), ("^882", "percent", "0", "remove"), ("^33", "percent", "0", "blocked")]  # fmt: skip


class Level:
    """A card as the twin would build it from one parent, prefix by prefix: the whole of it would take the twin hours."""

    def __init__(self, parent, given):
        self.parent = parent
        self.rules = [Rule(match, type, Decimal(value), status=status) for match, type, value, status in given]
        self.literals = {digits for rule in self.rules for *_, digits in twin.ways(rule) if digits}
        self.row = cache(self.row)

    def row(self, prefix):
        """The row of exactly this prefix, or None: what decides it is what the parent has for its beginnings."""
        if prefix not in self.literals and self.parent.row(prefix) is None:
            return None
        found = twin.outcome([(self.parent.above(prefix), 1)], self.rules, OPTIONS, prefix)
        return found if isinstance(found, twin.Row) else None

    def above(self, number):
        """The part of the card that can say anything of a number: the rows of its beginnings."""
        beginnings = (number[:length] for length in range(1, len(number) + 1))
        return {prefix: row for prefix in beginnings if (row := self.row(prefix))}


class Sheet(Level):
    """The top: the lines of the file."""

    def __init__(self, lines):
        self.row = {row.prefix: row for row in lines}.get


@pytest.fixture
def sheet(tmp_path):
    """Written into a folder of this test, where its uploads go too."""
    before, settings.UPLOAD_DIR = settings.UPLOAD_DIR, tmp_path / "uploads"
    yield demo_sheets.write_sheet(demo_sheets.LARGER, tmp_path)
    settings.UPLOAD_DIR = before


def done(job):
    job = jobs.run_now(job)
    assert job.state == "done", job.error
    return job.result


def provider_card(actor, sheet):
    """A card with the prices of a sheet, active."""
    with sheet.open("rb") as file:
        upload = files.keep_upload(File(file), actor=actor)
    with acl.acting_as(actor):
        carrier = cards.create_carrier(actor=actor, name="Halvorn")
        card = cards.create_card(actor=actor, kind="provider", name="A-Z", carrier=carrier)
        job = imports.start_import(card, actor=actor, upload=upload, layout=sheets.recognise(sheet))
    result = done(job)
    with acl.acting_as(actor):
        draft = card.revisions.get(number=result["revision"])
        revisions.activate_revision(revisions.publish_draft(draft, actor=actor), actor=actor)
    return card


def customer_card(actor, name, parent, given):
    """A card built from what `actor`'s company has of a parent, active."""
    with acl.acting_as(actor):
        card = cards.create_card(actor=actor, kind=RateCard.CUSTOMER, name=name)
        rules.set_parents(card, [CardAssignment.objects.get(card=parent, company=actor.company_id)], actor=actor)
        for match, type, value, status in given:
            rules.add_rule(card, actor=actor, match=match, type=type, value=Decimal(value), status=status)
        job = builds.build_card(card, actor=actor, activate=True)
    done(job)
    return card


def random_numbers(prefixes):
    """Half of them somewhere, half below a prefix of the sheet."""
    dice = random.Random(20_000)
    for count in range(NUMBERS):
        number = dice.choice(prefixes) if count % 2 else str(dice.randint(1, 9))
        yield number + "".join(dice.choices("0123456789", k=max(11 - len(number), 2)))


def test_twenty_thousand_numbers_cost_what_the_twin_says(world, sheet):
    provider = provider_card(world.admin, sheet)
    wholesale = customer_card(world.admin, "Wholesale", provider, WHOLESALE)
    with acl.acting_as(world.admin):
        assignments.assign_card(wholesale, world.companies.a, actor=world.admin)
    retail = customer_card(world.a_admin, "A retail", wholesale, RETAIL)
    top = Sheet(read(sheet, sheets.recognise(sheet)).table.rows())
    expected = Level(Level(top, WHOLESALE), RETAIL)
    numbers = list(random_numbers(demo_sheets.prefixes(demo_sheets.LARGER)))

    with acl.acting_as(world.a_admin, read_only=True):
        revision = timeline.active_revision(retail)
        revision.card = retail
        table, places = store.find_many(revision, numbers)

    answers = [table.row(place) if place >= 0 else None for place in places.tolist()]
    wrong = [(number, got, want) for number, got in zip(numbers, answers, strict=True)
             if got != (want := twin.lpm(expected.above(number), number))]  # fmt: skip
    assert wrong[:3] == []
    assert sum(answer is not None for answer in answers) > NUMBERS / 2
    assert any(answer and answer.blocked for answer in answers)
