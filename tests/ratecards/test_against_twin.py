"""From the sheet to the end customer's price, against plain Python: import, build, assign, build again."""

import io
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import acl, files, jobs
from accounts.models import Job
from ratecards import store
from ratecards.engine.numbers import format_units
from ratecards.engine.options import Options
from ratecards.engine.rules import Rule
from ratecards.engine.table import Row
from ratecards.models import CardAssignment, Revision
from ratecards.services import assignments, imports, revisions, rules
from tests import twin
from tests.ratecards.conftest import built, customer_card, own, provider_card

OPTIONS = {"price_precision": 4, "price_rounding": "up"}
PAIRS = [(1, 1), (30, 6), (60, 60), (20, 20), (0, 60)]


@st.composite
def sheets(draw):
    """Prefix -> Row of one carrier, a few of them Blocked."""
    prefixes = draw(st.lists(st.text("12", min_size=1, max_size=4), min_size=1, max_size=8, unique=True))
    return {prefix: sheet_row(draw, prefix) for prefix in prefixes}


def sheet_row(draw, prefix):
    if draw(st.integers(0, 9)) == 0:
        return Row(prefix, prefix, blocked=True)
    mcd, pulse = draw(st.sampled_from(PAIRS))
    return Row(prefix, prefix, draw(st.integers(0, 10**7)), connect=draw(st.integers(0, 10**6)), mcd=mcd, pulse=pulse)


rule_lists = st.lists(
    st.builds(
        Rule,
        match=st.sampled_from(["^", "^1", "^12", "12", "2", "^21", "1"]),
        type=st.sampled_from(["percent", "relative", "absolute", "margin"]),
        value=st.integers(0, 50).map(Decimal),
        status=st.sampled_from(["profit", "profit", "profit", "remove", "blocked"]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda rule: rule.match,
).map(lambda found: [*found, Rule("^", value=Decimal(10))])

numbers = st.lists(st.text("12", min_size=1, max_size=6), min_size=20, max_size=20)


def text_of(sheet) -> bytes:
    target = io.StringIO("prefix,name,cost,mcd,pulse,rate_connect,status\n")
    target.seek(0, io.SEEK_END)
    for row in sheet.values():
        figures = f"{format_units(row.cost)},{row.mcd},{row.pulse},{format_units(row.connect)}"
        target.write(f"{row.prefix},{row.name},{figures},{'Blocked' if row.blocked else ''}\n")
    return target.getvalue().encode()


def imported(card, sheet, actor):
    with acl.acting_as(actor):
        upload = files.keep_upload(ContentFile(text_of(sheet)), actor=actor)
        layout = imports.recognise_upload(upload, actor=actor)
        job = imports.start_import(card, actor=actor, upload=upload, layout=layout)
    assert (job := jobs.run_now(job)).state == Job.DONE, job.error
    with acl.acting_as(actor):
        draft = Revision.objects.select_related("card").get(card=card)
        revisions.activate_revision(revisions.publish_draft(draft, actor=actor), actor=actor)


def child(actor, name, parents, profit):
    """A card of these parents and rules, and whether it could be built."""
    with acl.acting_as(actor):
        card = customer_card(actor, name, **OPTIONS)
        rules.set_parents(card, parents, actor=actor)
        for rule in profit:
            rules.add_rule(card, actor=actor, match=rule.match, type=rule.type, value=rule.value, status=rule.status)
    return card, built(card, actor)


@settings(max_examples=12, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large])  # fmt: skip
@given(st.lists(sheets(), min_size=1, max_size=3), rule_lists, rule_lists, numbers)
def test_every_number_costs_what_plain_python_says(world, carriers, first, second, dialled):
    with transaction.atomic():
        check(world, carriers, first, second, dialled)
        transaction.set_rollback(True)


def check(world, carriers, first, second, dialled):
    admin, reseller = world.admin, world.a_admin
    sources = []
    for number, sheet in enumerate(carriers):
        with acl.acting_as(admin):
            sources.append(provider_card(admin, f"Twin {number}"))
        imported(sources[-1], sheet, admin)
    with acl.acting_as(admin):
        assignments_of_sources = [own(source) for source in sources]
    options = Options(decimals=4, rounding="up")
    wholesale, job = child(admin, "Wholesale of the twin", assignments_of_sources, first)
    middle = twin.build([(sheet, 1) for sheet in carriers], first, options)
    assert (job.state == Job.DONE) == bool(middle), job.error
    if not middle:
        return
    agree(wholesale, middle, admin, dialled)
    with acl.acting_as(admin):
        given_card = assignments.assign_card(wholesale, world.companies.a, actor=admin)
    with acl.acting_as(reseller):
        given_card = CardAssignment.objects.get(pk=given_card.pk)
    retail, job = child(reseller, "Retail of the twin", [given_card], second)
    last = twin.build([(middle, 1)], second, options)
    assert (job.state == Job.DONE) == bool(last), job.error
    if last:
        agree(retail, last, reseller, dialled)


def agree(card, expected: dict[str, Row], actor, dialled) -> None:
    with acl.acting_as(actor):
        revision = revisions.active_revision(card)
        assert store.load(revision).rows() == [expected[prefix] for prefix in sorted(expected)]
        for number in dialled:
            assert store.find(revision, number) == twin.lpm(expected, number), number
