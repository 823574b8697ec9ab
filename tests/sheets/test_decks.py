"""Sheets whose codes stand in a second file: every line is looked up there by its name, or refused with the reason."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ratecards.sheets import (
    SheetError,
    corrected_layout,
    error_file,
    load_deck,
    preview,
    read,
    recognise,
    recognise_deck,
    with_deck,
)

from .conftest import DAY, rates, refusals

DECK = "Destination,Code\nAfghanistan,93\nAfghanistan Mobile,9370\n afghanistan mobile ,9379\nAlbania,355\n"


@pytest.fixture
def deck(sheet):
    """deck(text) -> the Deck of a file, as it is recognised."""

    def made(content, **changes):
        path = sheet(content, "deck.csv")
        return load_deck(path, replace(recognise_deck(path), **changes))

    return made


@pytest.fixture
def joined(sheet, deck):
    """joined(rates, deck) -> the SheetResult of both."""

    def run(content, codes=DECK, **changes):
        path = sheet(content)
        return read(path, replace(with_deck(recognise(path, day=DAY)), **changes), deck=deck(codes))

    return run


def test_interconn_names_with_commas_get_the_codes_of_a_deck(joined):
    text = 'name,rate\n"Afghanistan, AWCC mobile",0.12345678\nAfghanistan,0.1\n'
    result = joined(
        text, 'name,code\n"Afghanistan, AWCC mobile",9370\n"AFGHANISTAN, AWCC MOBILE",9371\nAfghanistan,93\n'
    )
    assert rates(result) == {
        "93": ("Afghanistan", "0.1", "0", 1, 1, 0, ""),
        "9370": ("Afghanistan, AWCC mobile", "0.12345678", "0", 1, 1, 0, ""),
        "9371": ("Afghanistan, AWCC mobile", "0.12345678", "0", 1, 1, 0, "")}  # fmt: skip
    assert (result.read, result.accepted, result.unused) == (2, 2, 0)


def test_cgrates_rates_and_destinations_of_a_tariff_plan(sheet, joined):
    head = "#Id,ConnectFee,Rate,RateUnit,RateIncrement,GroupIntervalStart\n"
    text = f"{head}DST_DE,0.1,0.2,60s,30s,0s\n#a comment,,,,,\nDST_DE_MOBILE,0,0.01,1s,1s,0s\nDST_DE_MOBILE,0,0.2,60s,1s,60s\nDST_UK,0,0.2,1m0s,1s,0s\n"
    layout = recognise(sheet(text), day=DAY)
    assert (layout.format, layout.codes, layout.mapping[0]) == ("cgrates", "deck", "key")
    result = joined(text, "#Id,Prefix\nDST_DE,+49\nDST_DE_MOBILE,+4915\nDST_DE_MOBILE,+4916\n")
    assert rates(result) == {
        "49": ("DST_DE", "0.2", "0.1", 30, 30, 0, ""),
        "4915": ("DST_DE_MOBILE", "0.6", "0", 1, 1, 0, ""),
        "4916": ("DST_DE_MOBILE", "0.6", "0", 1, 1, 0, "")}  # fmt: skip
    assert refusals(result) == {5: "no_interval", 6: "deck_lacks"}
    assert [line.code for line in result.skipped] == ["line_comment"]


def test_name_that_the_deck_lacks_is_refused_and_unused_lines_are_counted(joined):
    result = joined("Name,Rate\nAfghanistan,0.1\nAtlantis,0.2\n,0.3\n")
    assert set(rates(result)) == {"93"}
    assert refusals(result) == {3: "deck_lacks", 4: "deck_key"}
    assert result.refused[0].column == "Name"
    assert "'Atlantis' is not in the code deck" in result.refused[0].reason
    assert result.unused == 3


@pytest.mark.parametrize("name", ["albania", "  Albania ", "ALBANIA", "\u00a0Albania"])
def test_names_are_compared_without_spaces_around_and_case(joined, name):
    assert set(rates(joined(f'Name,Rate\n"{name}",0.1\n'))) == {"355"}


@pytest.mark.parametrize("name", ["Alban", "Albania.", "Alb ania", "Álbania"])
def test_names_are_never_guessed(joined, name):
    assert refusals(joined(f"Name,Rate\n{name},0.1\nAfghanistan,0.1\n")) == {2: "deck_lacks"}


def test_prefix_of_two_names_is_refused_for_both(joined):
    result = joined(
        "Name,Rate\nUK,0.1\nUK Mobile,0.2\nUK O2,0.3\n", "Name,Code\nUK,44\nUK Mobile,447\nUK O2,4477\nUK O2,447\n"
    )
    assert set(rates(result)) == {"44"}
    assert refusals(result) == {3: "deck_twice", 4: "deck_twice"}
    assert "447 to two names: in line 3 and, to 'UK O2', in line 5" in result.refused[0].reason


def test_prefix_listed_twice_under_one_name_is_one(joined):
    assert set(rates(joined("Name,Rate\nUK,0.1\n", "Name,Code\nUK,44\nuk,44\n"))) == {"44"}


def test_code_that_cannot_be_read_refuses_the_lines_of_its_name_alone(joined):
    result = joined("Name,Rate\nUK,0.1\nFrance,0.2\n", "Name,Code\nUK,4.42E+11\nUK,447\nFrance,33\n")
    assert set(rates(result)) == {"33"}
    assert refusals(result) == {2: "deck_code"}
    assert "Line 2 of the code deck" in result.refused[0].reason


def test_name_that_is_priced_twice_is_refused_the_second_time(joined):
    result = joined("Name,Rate\nUK,0.1\nuk,0.2\n", "Name,Code\nUK,44\n")
    assert refusals(result) == {3: "duplicate"}
    assert result.refused[0].column == "Name"


def test_listed_name_without_a_price_is_no_title(joined):
    result = joined("Name,Rate\nAlbania,\nEUROPE,\nAfghanistan,0.1\n")
    assert refusals(result) == {2: "price_empty"}
    assert [line.number for line in result.skipped] == [3]


@pytest.mark.parametrize(
    ("text", "codes"),
    [("Name,Codes\nUK,44; 4420-4421\n", {"44", "4420", "4421"}), ("Name;Country code;Area codes\nUK;44;20,21\n", {"4420", "4421"}),
     ("Code\tName\tRemark\n0044\tUK\tx\n0045\tDK\ty\n", {"44"}), ("UK,44\nDK,45\n", {"44"}), ("44|UK\n45|DK\n", {"44"}),
     ("Prefixes of August\n\nName,Code\nUK,44\n", {"44"})],
    ids=["lists", "country code apart", "tabs and 00", "no header", "no header, code first", "title"],
)  # fmt: skip
def test_decks_are_recognised(joined, text, codes):
    assert set(rates(joined("Name,Rate\nUK,0.1\n", text))) == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [("Name,Colour\nUK,red\n", "unmapped"), ("Name,Code\n", "deck"), ('Name,Code\nUK,44\nDK,"45\nx,46\n', "deck"), ("Name,Code\nUK,44\nDK\n", None),
     ("Name,Code\nUK,44\nDK,45,46\n", "deck")],
)  # fmt: skip
def test_deck_that_cannot_be_read_is_refused_in_words(deck, text, code):
    if code is None:
        assert set(deck(text).prefixes) == {"uk"}
        return
    with pytest.raises(SheetError) as error:
        deck(text)
    assert error.value.code == code


def test_deck_of_too_many_prefixes_is_refused(deck, monkeypatch):
    monkeypatch.setattr("ratecards.sheets.decks.MOST", 3)
    with pytest.raises(SheetError, match="more than 3 prefixes"):
        deck(DECK)


def test_sheet_that_needs_a_deck_is_not_read_without_one(sheet):
    path = sheet("Name,Rate\nUK,0.1\n")
    layout = with_deck(recognise(path))
    for reader in (read, preview):
        with pytest.raises(SheetError) as error:
            reader(path, layout)
        assert error.value.code == "deck"


def test_prefixes_of_the_sheet_itself_and_of_a_deck_cannot_both_be_read(sheet):
    layout = recognise(sheet("Name,Code,Rate\nUK,44,0.1\n"))
    with pytest.raises(SheetError):
        replace(layout, codes="deck")
    assert with_deck(layout).mapping == ("name", "ignore", "cost")


def test_preview_shows_the_prefixes_of_the_deck(sheet, deck):
    path = sheet("Name,Rate\nAfghanistan Mobile,0.1\nAtlantis,0.2\n")
    first, second = preview(path, with_deck(recognise(path)), deck=deck(DECK)).first
    assert first.values["prefix"] == "9370 to 9379 (2)"
    assert second.problem.code == "deck_lacks"


def test_refused_lines_are_corrected_beside_the_same_deck(sheet, deck):
    path = sheet("Name,Rate\nAlbanien,0.1\nAfghanistan,0.2\n")
    layout, codes = with_deck(recognise(path)), deck(DECK)
    refused = read(path, layout, deck=codes).refused
    corrected = sheet(error_file(refused, layout).replace("Albanien", "Albania"), "corrected.csv")
    assert set(rates(read(corrected, corrected_layout(layout), deck=codes))) == {"355"}


@pytest.mark.parametrize(
    ("unit", "cost"), [("60s", "0.6"), ("1m", "0.6"), ("minute", "0.6"), ("1s", "36"), ("second", "36"), ("30", "1.2")]
)
def test_price_for_a_unit_becomes_a_price_a_minute(load, unit, cost):
    assert rates(load(f"prefix,rate,rate unit\n44,0.6,{unit}\n"))["44"][1] == cost


@pytest.mark.parametrize(
    ("unit", "code"),
    [("7s", "price_minute"), ("", "seconds_empty"), ("0s", "seconds_low"), ("hour", "seconds_characters")],
)
def test_unit_that_gives_no_exact_price_is_refused(load, unit, code):
    assert refusals(load(f"prefix,rate,rate unit\n33,0.1,60\n44,0.1,{unit}\n")) == {3: code}


def test_deck_of_too_many_bytes_is_not_read(deck, monkeypatch):
    monkeypatch.setattr("ratecards.sheets.decks.BYTES", 10)
    with pytest.raises(SheetError, match="MB"):
        deck(DECK)


NAMES = st.sampled_from(["UK", "uk ", "UK Mobile", "France", "Atlantis", "", "Total", "#x", '"', "a,b"])
CODES = st.sampled_from(["44", "447", "+44", "33", "44-46", "4.4E+1", "", "x", "44;45", "0044", "1" * 16, '"'])
PRICES = st.sampled_from(["0.1", "0.2", "", "dear", "-1", '"'])


@given(
    st.lists(st.tuples(NAMES, CODES), max_size=8),
    st.lists(st.tuples(NAMES, PRICES), max_size=8),
    st.sampled_from(["one", "several"]),
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_counts_once_whatever_the_deck(tmp_path, codes, prices, kind):
    """And no prefix is sold of which the deck says that it is another name's."""
    deck, path = tmp_path / "deck.csv", tmp_path / "rates.csv"
    deck.write_text("Name,Code\n" + "".join(f"{name},{code}\n" for name, code in codes))
    path.write_text("Name,Rate\nFrance,0.1\n" + "".join(f"{name},{price}\n" for name, price in prices))
    layout = with_deck(recognise(path))
    try:
        found = load_deck(deck, replace(recognise_deck(deck, header=1), mapping=("key", "prefix"), codes=kind))
        result = read(path, layout, deck=found)
    except SheetError:
        return
    assert result.accepted + len(result.skipped) + len(result.refused) == result.read
    owners = {}
    for name, own in found.prefixes.items():
        for prefix in own:
            owners.setdefault(prefix, set()).add(name)
    assert all(owners[row.prefix] == {row.name.casefold()} for row in result.table.rows())
