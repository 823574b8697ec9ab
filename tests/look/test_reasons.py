"""The words beside a row of the rights matrix."""

from accounts.matrix import Cell
from accounts.templatetags.panel import reasons

COLUMNS = ["View", "Create", "Update", "Delete"]


def test_one_reason_stands_alone():
    assert reasons([Cell(True, "Sales"), Cell(True, "Sales"), None, None], COLUMNS) == ["Sales"]


def test_allowed_and_refused_have_a_line_each():
    cells = [Cell(False, "not given"), Cell(True, "Sales"), Cell(True, "Sales"), None]
    assert reasons(cells, COLUMNS) == ["Sales", "no: not given"]


def test_several_reasons_name_their_columns():
    cells = [Cell(True, "Sales"), Cell(True, "Desk"), Cell(True, "Sales"), Cell(False, "denied")]
    assert reasons(cells, COLUMNS) == ["Create: Desk", "View, Update: Sales", "no: denied"]


def test_row_without_rights_has_no_reason():
    assert reasons([None, None, None, None], COLUMNS) == []
