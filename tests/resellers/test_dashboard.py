from accounts.models import AuditEntry
from resellers.models import Customer
from tests import factories
from tests.roles import as_owner
from tests.world import role


def figures(answer) -> dict[str, str]:
    return {tile["label"]: tile["value"] for tile in answer.context["tiles"]}


def main_of(answer) -> str:
    return answer.content.decode().split("<main")[1]


def test_the_master_counts_everything_and_its_own_cards(world, login):
    answer = login(world.admin).get("/")
    assert answer.status_code == 200
    assert figures(answer) | {"Users": "", "Jobs running": ""} == {
        "Resellers": "4", "Customers": "15", "Users": "", "Provider rate cards": "1", "Customer rate cards": "2",
        "Jobs running": ""}  # fmt: skip


def test_a_reseller_counts_what_is_its_own_and_below(world, login):
    seen = figures(login(world.a_admin).get("/"))
    assert (seen["Resellers"], seen["Customers"], seen["Users"]) == ("1", "6", "6")
    assert (seen["Provider rate cards"], seen["Customer rate cards"]) == ("1", "1")
    alone = figures(login(world.b_admin).get("/"))
    assert (alone["Resellers"], alone["Customers"], alone["Users"]) == ("0", "3", "2")


def test_tiles_lead_to_their_screens(world, login):
    page = main_of(login(world.admin).get("/"))
    for path in ("/setup/advanced/reseller-accounts/", "/management/customers/", "/setup/settings/users/"):
        assert f'href="{path}"' in page


def test_what_one_may_not_open_is_not_shown(world, login):
    with as_owner():
        narrow = role("Dashboard and customers", "reseller", {"dashboard": ("read",), "customer": ("read",)})
        person = factories.UserFactory(company=world.companies.b, role=narrow)
    page = main_of(login(person).get("/"))
    assert "/management/customers/" in page
    for hidden in ("Resellers", "Users", "rate cards", "Jobs running", "Recent activity"):
        assert hidden not in page


def test_recent_activity_is_for_who_reads_the_audit_log(world, login):
    with as_owner():
        Customer.objects.filter(pk=world.customers["b_0"].pk).update(status="inactive")
    assert "Customer b 0" in main_of(login(world.admin).get("/"))
    page = main_of(login(world.b_admin).get("/"))
    assert "Customer b 0" not in page and "Recent activity" not in page
    with as_owner():
        assert AuditEntry.objects.filter(label="Customer b 0", action="update").exists()


def test_a_reseller_reads_nothing_of_others(world, login):
    page = login(world.b_admin).get("/").content.decode()
    for foreign in ("Company master", "Company a", "Carrier X", "a@example.test"):
        assert foreign not in page
    assert "b@example.test" in page


def test_without_the_right_it_is_forbidden_and_anonymous_is_sent_to_login(world, login):
    with as_owner():
        blind = role("Customers only", "reseller", {"customer": ("read",)})
        person = factories.UserFactory(company=world.companies.b, role=blind)
    assert login(person).get("/").status_code == 403
    assert login().get("/").status_code == 302


def test_figures_stop_counting_at_the_cap(world, login, monkeypatch):
    monkeypatch.setattr("connexcs.views.CAP", 10)
    assert figures(login(world.admin).get("/"))["Customers"] == "10+"


def test_statements_do_not_grow_with_rows(world, login, statements):
    client = login(world.admin)
    before = statements(client, "/")
    with as_owner():
        factories.CustomerFactory.create_batch(30, company=world.companies.b)
    assert len(statements(client, "/")) == len(before)
