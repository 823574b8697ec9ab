"""open-rate-card documents: exact figures, defaults of card and document in every line, a checksum that must be right."""

import json

import pytest

from ratecards.sheets import SheetError
from ratecards.sheets.canonical import checksum, number, pieces

from .books import loaded, opened
from .conftest import rates, refusals

CARD = {"name": "A-Z", "type": "termination", "currency": "USD", "endpoint": "sip",
        "fields": [{"name": name} for name in ("prefix", "name", "rate", "billing_interval", "status")],
        "rates": [["44", "UK", 0.0123, 1, ""], [447, "Mobile", "0.03", None, "Blocked"], ["0033", "France", 1, 1, ""]],
        "rate": {"precision": 6, "default_pulse": 6, "default_initial": 30, "connection": 0.001}}  # fmt: skip


def document(**changes):
    whole = {
        "name": "List",
        "schema_version": "1.0.0",
        "version": "1.0",
        "date": "2024-06-01",
        "cards": {"az": CARD},
    } | changes
    return json.dumps(whole)


def test_rates_are_exact_and_defaults_are_written_into_every_line(sheet, tmp_path):
    layout, result = loaded(sheet(document()), tmp_path / "parts")
    assert (layout.format, layout.currency) == ("open-rate-card", "USD")
    assert rates(result) == {
        "44": ("UK", "0.0123", "0.001", 30, 1, 0, ""),
        "447": ("Mobile", "0.03", "0.001", 30, 6, 0, "Blocked"),
    }
    assert refusals(result) == {4: "prefix_international"}


def test_figures_never_pass_through_a_float(sheet, tmp_path):
    text = document().replace("0.0123", "0.012345678901234567890")
    assert refusals(loaded(sheet(text), tmp_path / "parts")[1])[2] == "price_decimals"
    text = document().replace("0.0123", "1.23e-2")
    assert rates(loaded(sheet(text), tmp_path / "parts")[1])["44"][1] == "0.0123"


def test_document_s_effective_date_is_every_row_s(sheet, tmp_path):
    _, result = loaded(sheet(document(effective_date="2024-08-01T00:00:00.000Z")), tmp_path / "parts")
    assert len(result.table) == 0
    assert [step.instant for step in result.later] == [1722470400]


def test_row_of_another_width_is_refused_not_shifted(sheet, tmp_path):
    card = CARD | {"rates": [["44", "UK", 0.01], *CARD["rates"][1:2]]}
    assert refusals(loaded(sheet(document(cards={"az": card})), tmp_path / "parts")[1]) == {2: "line_short"}


def test_cards_of_messages_are_no_cards_and_a_dangling_endpoint_is_said(sheet, tmp_path):
    found, _ = opened(sheet(document(cards={"sms": CARD | {"type": "messaging"}, "az": CARD})), tmp_path / "parts")
    assert [part.name for part in found.parts] == ["A-Z"]
    assert any("endpoint" in note for note in found.parts[0].notes)
    assert "The document has no checksum." in found.parts[0].notes


def test_checksum_is_verified_without_itself_and_the_signature(sheet, tmp_path):
    whole = json.loads(document())
    right = whole | {"metadata": {"checksum": checksum(whole), "signature": "x"}}
    found, _ = opened(sheet(json.dumps(right)), tmp_path / "parts")
    assert "The document's checksum is right." in found.parts[0].notes
    with pytest.raises(SheetError) as error:
        opened(sheet(json.dumps(right).replace("0.0123", "0.0124")), tmp_path / "parts")
    assert error.value.code == "checksum"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "0"), (1.0, "1"), (0.1, "0.1"), (1e21, "1e+21"), (123456789012345680000.0, "123456789012345680000"),
     (1e-6, "0.000001"), (1e-7, "1e-7"), (1.5e-9, "1.5e-9"), (-12.5, "-12.5"), (1e22, "1e+22"), (5e-324, "5e-324"),
     (333333333.3333333, "333333333.3333333"), (9007199254740992.0, "9007199254740992")],
)  # fmt: skip
def test_numbers_are_written_as_the_canonical_form_wants(value, text):
    assert number(value) == text


def test_canonical_form_sorts_by_utf16_and_leaves_nothing_out():
    value = {"\u20ac": 1, "\r": '\x01é"', "1": [True, None, {}], "😀": 2, "\ufb33": 3}
    assert "".join(pieces(value)) == '{"\\r":"\\u0001é\\"","1":[true,null,{}],"€":1,"😀":2,"\ufb33":3}'


@pytest.mark.parametrize(
    ("change", "code"),
    [({"cards": {}}, "document"), ({"cards": {"a": CARD | {"fields": []}}}, "document"), ({"cards": {"a": CARD | {"rates": None}}}, "document"),
     ({"cards": {"a": CARD | {"rates": [1]}}}, "document"), ({"cards": {"a": CARD | {"type": "did"}}}, "document")],
)  # fmt: skip
def test_what_is_no_price_list_is_named(sheet, tmp_path, change, code):
    with pytest.raises(SheetError) as error:
        opened(sheet(document(**change)), tmp_path / "parts")
    assert error.value.code == code


def test_numbers_that_json_has_not_and_names_that_stand_twice_are_refused(sheet, tmp_path):
    for text in (document().replace("0.0123", "NaN"), '{"cards": {}, "cards": {}}'):
        with pytest.raises(SheetError) as error:
            opened(sheet(text), tmp_path / "parts")
        assert error.value.code == "json"
