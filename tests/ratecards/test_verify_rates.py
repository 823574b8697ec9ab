"""`manage.py verify_rates` reads everything that is stored, and says what is damaged."""

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from tests.ratecards.conftest import cold, market  # noqa: F401 (fixtures)
from tests.roles import as_owner, damaging


def test_whole_prices_are_said_to_be_whole(market, capsys):  # noqa: F811
    call_command("verify_rates")
    assert "all as they were written" in capsys.readouterr().out


@pytest.mark.parametrize("damage", [
    "UPDATE ratecards_chunk SET payload = '\\x00' WHERE card_id = %s", "DELETE FROM ratecards_chunk WHERE card_id = %s",
])  # fmt: skip
def test_damage_is_named_noted_and_ends_with_a_fault(market, capsys, damage):  # noqa: F811
    with damaging() as cursor:
        cursor.execute(damage, [market.resold.pk])
    with pytest.raises(CommandError, match="1 of .* revisions"):
        call_command("verify_rates", "--json")
    (line,) = capsys.readouterr().out.splitlines()
    assert (json.loads(line)["card"], json.loads(line)["revision"]) == (market.resold.code, 1)
    with as_owner():
        assert AuditEntry.objects.filter(action="damage", company=market.resold.owner_id).count() == 1
    call_command("verify_rates", market.source.code)
