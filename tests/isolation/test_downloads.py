"""A file belongs to who may read its rows now: its address is no key, and nothing of the machine hangs on it."""

import pytest
from django.urls import reverse

from tests.crawl import text_of
from tests.route_table import ROUTES
from tests.test_every_url import address

DOWNLOADS = ["ratecards:card_download", "ratecards:compare_download"]


@pytest.mark.parametrize("name", DOWNLOADS)
def test_copied_address_opens_nothing_for_anybody_else(world, login, name):
    url, owner = address(name, ROUTES[name], world), login(world.a_admin)
    assert owner.get(url).status_code == 200
    assert login(world.b_admin).get(url).status_code == 404
    assert login().get(url).status_code == 302
    owner.post(reverse("account_logout"))
    assert owner.get(url).status_code == 302


@pytest.mark.parametrize("name", [*DOWNLOADS, "resellers:customer_export"])
def test_file_is_an_attachment_that_no_browser_runs_or_keeps(world, login, name):
    answer = login(world.a_admin).get(address(name, ROUTES[name], world))
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "/" not in answer["Content-Disposition"]


@pytest.mark.parametrize(
    "tail", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/", "%00", "/etc/passwd", "C:\\x", "1/../2/download/"]
)
def test_names_of_files_are_no_addresses(world, login, tail):
    client = login(world.a_admin)
    for start in (
        address("ratecards:card_detail", ROUTES["ratecards:card_detail"], world),
        "/static/",
        "/setup/information/outbox/",
    ):
        answer = client.get(start + tail)
        assert answer.status_code in (301, 302, 400, 404), (start, answer.status_code)
        assert "root:" not in text_of(answer)


def test_export_with_ids_of_others_in_its_parameters_holds_own_rows_alone(world, login):
    client, url = (
        login(world.a_admin),
        address("ratecards:compare_download", ROUTES["ratecards:compare_download"], world),
    )
    other = world.cards["Private retail b"]
    plain = text_of(client.get(url))
    assert (
        text_of(
            client.get(
                f"{url}?card={other.pk}&code={other.code}&owner={world.companies.b.pk}&company={world.companies.b.pk}"
            )
        )
        == plain
    )
    assert "0.812345" not in plain and "0.731947" not in plain
