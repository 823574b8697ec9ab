"""import_rates, build_card and rate: what they print, what they change and how they end."""

import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from ratecards import store
from ratecards.models import CardPrivate, RateCard, Revision
from ratecards.services import revisions, rules
from tests.ratecards.conftest import built, customer_card, own, provider_card, published
from tests.roles import as_owner, damaging
from tests.sheets.books import workbook

GOOD = "prefix,name,cost,mcd,pulse,rate_connect,status\n44,UK,0.0175,30,6,0.005,\n447,UK mobile,0,1,1,0,Blocked\n"


@pytest.fixture
def sheet(tmp_path):
    def write(text=GOOD):
        path = tmp_path / "rates.csv"
        path.write_text(text)
        return str(path)

    return write


@pytest.fixture
def run(world, capsys):
    """run(name, …) -> (exit code, lines printed)."""

    def command(*arguments):
        code = 0
        try:
            call_command(*arguments)
        except SystemExit as end:
            code = end.code
        return code, capsys.readouterr().out.splitlines()

    return command


@pytest.fixture
def card(run, sheet, world, acting):
    """A provider card with the good sheet live, made by the command."""
    _, (line,) = run("import_rates", "--new-provider-card", "From a file", sheet(), "--activate", "--json")
    with acting(world.admin):
        return RateCard.objects.get(code=json.loads(line)["card"])


def test_new_card_gets_the_stated_defaults(card, world, acting):
    with acting(world.admin):
        private = CardPrivate.objects.select_related("carrier").get(card=card)
        assert (private.name, private.carrier.name, card.kind) == ("From a file", "Imported", "provider")
        assert (card.currency, card.dialling, card.price_precision, card.charge_precision) == ("USD", "dn", 8, 8)
        assert (card.price_rounding, card.charge_rounding, card.owner_id) == (
            "half_up",
            "half_up",
            world.companies.master.pk,
        )
        assert revisions.active_revision(card).number == 1


def test_json_line_has_the_stated_keys(run, sheet):
    code, (line,) = run("import_rates", "--new-customer-card", "Retail", sheet(), "--json")
    found = json.loads(line)
    assert (code, set(found)) == (0, {"card", "revision", "accepted", "skipped", "refused", "seconds"})
    assert (found["revision"], found["accepted"], found["skipped"], found["refused"]) == (1, 2, 0, 0)


def test_refused_line_ends_with_1_and_is_not_activated(run, card, sheet, world, acting):
    code, (line,) = run("import_rates", card.code, sheet(GOOD + "4x,Odd,1,1,1,0,\n"), "--activate", "--json")
    assert (code, json.loads(line)["refused"], json.loads(line)["accepted"]) == (1, 1, 2)
    with acting(world.admin):
        assert revisions.active_revision(card).number == 1
        assert Revision.objects.get(card=card, number=2).state == "draft"


def test_dry_run_changes_nothing(run, sheet, world, acting):
    with acting(world.admin):
        before = (RateCard.objects.count(), Revision.objects.count())
    code, (line,) = run(
        "import_rates", "--new-provider-card", "Never made", sheet(GOOD + "4x,Odd,1,1,1,0,\n"), "--dry-run", "--json"
    )
    assert (code, json.loads(line)["card"], json.loads(line)["accepted"], json.loads(line)["refused"]) == (
        1,
        None,
        2,
        1,
    )
    with acting(world.admin):
        assert (RateCard.objects.count(), Revision.objects.count()) == before


@pytest.mark.parametrize("arguments", [
    ["import_rates", "no-such-code", "{sheet}"], ["import_rates", "{sheet}"], ["import_rates", "--new-provider-card", "A", "b", "{sheet}"],
    ["import_rates", "--new-provider-card", "A", "/nowhere/at/all.csv"], ["build_card", "no-such-code"], ["rate", "--card", "none", "44"],
])  # fmt: skip
def test_wrong_arguments_are_refused_in_words(run, sheet, arguments):
    with pytest.raises(CommandError) as error:
        run(*[argument.format(sheet=sheet()) for argument in arguments])
    assert "Traceback" not in str(error.value)


def test_rate_prints_one_line_a_number(run, card):
    code, lines = run("rate", "--card", card.code, "44123", "+4479", "1", "--json")
    assert (code, [json.loads(line) for line in lines]) == (0, [
        {"number": "44123", "prefix": "44", "name": "UK", "rate": "0.0175", "status": "", "revision": 1},
        {"number": "4479", "prefix": "447", "name": "UK mobile", "rate": None, "status": "Blocked", "revision": 1},
        {"number": "1", "prefix": None, "name": None, "rate": None, "status": None, "revision": 1},
    ])  # fmt: skip


def test_rate_with_a_duration_charges_exactly(run, card):
    """37 s bill 42 at 30/6: 0.005 + 0.0175 x 42 / 60."""
    _, lines = run("rate", "--card", card.code, "44123", "1", "--duration", "36.2", "--json")
    first, second = map(json.loads, lines)
    assert (first["billed_seconds"], first["charge"]) == (42, "0.01725")
    assert (second["billed_seconds"], second["charge"]) == (None, None)


def test_rate_reads_numbers_of_a_file_and_an_instant(run, card, tmp_path, world, acting):
    from ratecards.models import Activation

    with acting(world.admin):
        first = Activation.objects.get(card=card).live_from.isoformat()
        published(card, {"44": "0.09"}, world.admin)
    numbers = tmp_path / "numbers.txt"
    numbers.write_text("441\n\n442\n")
    _, lines = run("rate", "--card", card.code, "--file", str(numbers), "--json")
    assert [json.loads(line)["rate"] for line in lines] == ["0.09", "0.09"]
    _, lines = run("rate", "--card", card.code, "--file", str(numbers), "--at", first, "--json")
    assert [json.loads(line)["rate"] for line in lines] == ["0.0175", "0.0175"]


def test_rate_refuses_what_is_no_number(run, card):
    for wrong in ("44a", "", "\uff14\uff14"):
        with pytest.raises(CommandError):
            run("rate", "--card", card.code, "44", wrong)


def test_rate_by_customer_waits_for_routes(run, card):
    assert run("rate", "--customer", "1", "44")[0] == 2


def test_damaged_card_is_refused_and_not_rated(run, card):
    from ratecards.models import Chunk

    with damaging():
        Chunk.objects.filter(card=card).delete()
    with pytest.raises(CommandError, match="cannot be read"):
        run("rate", "--card", card.code, "44")


def test_build_card_builds_and_says_when_there_is_nothing_to_do(run, world, acting):
    with acting(world.admin):
        source = provider_card(world.admin, "A source")
        published(source, {"44": "0.02"}, world.admin)
        card = customer_card(world.admin, "A retail card")
        rules.set_parents(card, [own(source)], actor=world.admin)
        rules.add_rule(card, actor=world.admin, match="^", type="percent", value=Decimal(10))
    _, (line,) = run("build_card", card.code, "--activate", "--json")
    found = json.loads(line)
    assert (found["revision"], found["rows"], found["built"], found["activated"]) == (1, 1, True, True)
    _, (line,) = run("build_card", card.code)
    assert "nothing to do" in line
    with acting(world.admin):
        assert store.find(revisions.active_revision(card), "44").cost == 2_200_000
    assert built(card, world.admin).result["built"] is False


def test_no_administrator_no_command(run, card, world):
    from accounts.models import User

    with as_owner():
        User.objects.filter(company=world.companies.master).update(is_active=False)
    with pytest.raises(CommandError, match="create_admin"):
        run("rate", "--card", card.code, "44")


DECK = "Destination,Code\nUK,44\nUK Mobile,447\nFrance,33\n"


@pytest.fixture
def by_name(tmp_path):
    """The paths of a sheet of names and of its code deck."""
    paths = tmp_path / "names.csv", tmp_path / "deck.csv"
    for path, text in zip(paths, ("Destination,Rate\nuk,0.0175\nUK Mobile,0.03\n", DECK), strict=True):
        path.write_text(text)
    return list(map(str, paths))


def test_import_takes_the_codes_from_a_deck(run, by_name, world, acting):
    names, deck = by_name
    code, (line,) = run("import_rates", "--new-provider-card", "By name", names, "--deck", deck, "--activate", "--json")
    assert (code, json.loads(line)["accepted"]) == (0, 2)
    with acting(world.admin):
        card = RateCard.objects.get(code=json.loads(line)["card"])
        assert store.find(revisions.active_revision(card), "447123").prefix == "447"


def test_dry_run_takes_the_codes_from_a_deck_and_counts_what_nobody_used(run, by_name, capsys):
    names, deck = by_name
    call_command("import_rates", "--new-provider-card", "Never made", names, "--deck", deck, "--dry-run")
    said = capsys.readouterr()
    assert "accepted 2" in said.out
    assert "lines of the code deck that the sheet does not price: 1" in said.err


def test_sheet_of_names_without_its_deck_is_refused_in_words(run, by_name):
    names, deck = by_name
    with pytest.raises(CommandError, match="Say which column holds: Prefix"):
        run("import_rates", "--new-provider-card", "By name", names)
    with pytest.raises(CommandError, match="nowhere.csv cannot be read"):
        run("import_rates", "--new-provider-card", "By name", names, "--deck", "/nowhere.csv")


def test_workbook_is_known_by_its_content_whatever_its_name(run, tmp_path):
    path = tmp_path / "list.xls"
    path.write_bytes(workbook(("Rates", [["Code", "Rate"], [44, 0.02]])))
    code, (line,) = run("import_rates", "--new-provider-card", "Never made", str(path), "--dry-run", "--json")
    assert (code, json.loads(line)["accepted"]) == (0, 1)


def test_changes_stay_changes_whatever_layout_is_remembered(run, sheet, card, world, acting):
    assert run("import_rates", card.code, sheet(), "--template", "Theirs")[0] == 0
    run("import_rates", card.code, sheet(GOOD.splitlines()[0] + "\n33,France,0.2,1,1,0,\n"), "--changes")
    with acting(world.admin):
        draft = Revision.objects.filter(card=card).order_by("-number").first()
        assert [row.prefix for row in store.load(draft).rows()] == ["33", "44", "447"]
