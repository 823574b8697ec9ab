"""docs/access.md says what the code says."""

import pytest
from django.core.management import CommandError, call_command

from accounts.access_doc import with_tables
from accounts.areas import RIGHTS
from accounts.management.commands.access_doc import PAGE
from accounts.tenancy import register


def test_the_page_is_current():
    call_command("access_doc", "--check")


def test_every_right_and_every_table_stands_in_it():
    page = PAGE.read_text()
    assert [right for right in RIGHTS if f"`{right}`" not in page] == []
    assert [table.name for table in register.tables.values() if f"| `{table.name}` |" not in page] == []


def test_a_change_by_hand_is_noticed_and_drawn_anew(tmp_path, monkeypatch):
    page = tmp_path / "access.md"
    page.write_text(
        PAGE.read_text().replace("| `customer.view` | read | yes | yes |", "| `customer.view` | read | yes | – |")
    )
    monkeypatch.setattr("accounts.management.commands.access_doc.PAGE", page)
    with pytest.raises(CommandError, match="not current"):
        call_command("access_doc", "--check")
    call_command("access_doc")
    assert page.read_text() == PAGE.read_text()


def test_a_page_without_its_markers_is_refused():
    with pytest.raises(ValueError, match="generated: rights"):
        with_tables("# Access\n")
