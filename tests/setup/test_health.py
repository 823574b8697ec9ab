"""The two questions a load balancer asks."""

import asyncio

import pytest


@pytest.fixture
def after_a_browser(playwright):
    """As every test stands that runs in the same process after a browser's."""


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_panel_with_its_database_answers_ok(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_the_async_check_answers_in_a_process_that_ran_a_browser(after_a_browser, client):
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()
    assert client.get("/readyz").status_code == 200
