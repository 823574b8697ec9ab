from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services.invitations import open_invitation
from tests.accounts.people import url
from tests.roles import as_owner


def test_statement_count_does_not_grow_with_rows(world, login):
    counts = []
    for number in range(2):
        client = login(world.admin)
        client.get(url("invitation_list"))
        with CaptureQueriesContext(connection) as asked:
            client.get(url("invitation_list"))
        counts.append(len([q for q in asked if "SAVEPOINT" not in q["sql"]]))
        with as_owner():
            for copy in range(20):
                open_invitation(
                    company=world.companies.b, role=world.roles.readers, email=f"{number}{copy}@example.test", name="X"
                )
    assert counts[0] == counts[1]
    assert counts[0] <= 12, counts


def test_buttons_show_only_to_who_may_use_them(world, login):
    with as_owner():
        invitation, _ = open_invitation(
            company=world.companies.a, role=world.roles.readers, email="x@example.test", name="X"
        )
    for actor, shown in ((world.a_admin, True), (world.a_reader, False)):
        text = login(actor).get(url("invitation_list")).content.decode()
        assert "x@example.test" in text
        assert (url("invitation_resend", invitation.pk) in text) == shown
        assert (url("invitation_withdraw", invitation.pk) in text) == shown


def test_company_stands_in_the_list_only_where_there_is_more_than_one(world, login):
    with as_owner():
        for company in (world.companies.a, world.companies.b):
            open_invitation(company=company, role=world.roles.readers, email="x@example.test", name="X")
    for actor, shown in ((world.a_admin, True), (world.b_admin, False)):
        table = (
            login(actor).get(url("invitation_list")).content.decode().partition("<thead")[2].partition("</thead>")[0]
        )
        assert ("Company" in table) == shown
