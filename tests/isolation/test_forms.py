"""Every form of A, found by a crawl, sent with ids of tenant Z in every field that takes one."""

import re
from functools import partial
from uuid import uuid4

import pytest

from accounts.models import Job, User
from ratecards.models import RateCard
from tests.crawl import text_of
from tests.isolation.conftest import DRAWN, difference, everything, name_of
from tests.planting import NUMBER, SIGN, ids
from tests.roles import as_owner
from tests.test_every_url import written
from tests.view_as.test_same_pages import without_length

pytestmark = pytest.mark.xdist_group("forms")  # one process looks for the forms
ID = re.compile(r"\d{1,19}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\w{4}-\w{4}")
NEVER = str(NUMBER + 999)
NO_IDS = {"prefix"}  # digits as well, of a number that is dialled
# An id in other clothes: a lookup instead of a value.
ODD = ["company__name__startswith", "0 OR 1=1", "-1", "9" * 40, "\0", ""]
SMUGGLED = ["is_staff", "is_superuser", "is_active", "user_permissions", "groups", "roles", "role", "invited_by", "actor", "real_actor",
            "company", "reseller", "owner", "parent", "card", "card_id", "id", "pk", "kind", "number", "state", "status", "version",
            "balance", "debit_limit", "live_from", "activated_at", "archived_at"]  # fmt: skip


def takers(form) -> list[str]:
    """The fields that take an id: what they offer looks like one."""
    return [
        name
        for name, values in form.offered.items()
        if name not in NO_IDS and any(ID.fullmatch(value) for value in values)
    ]


def named(offered: list[str], rows: dict) -> tuple[list[str], str]:
    """(ids of Z, one that never was) of the kind that a field offers."""
    sample = next(value for value in offered if ID.fullmatch(value))
    if sample.isdigit():
        return ids(rows), NEVER
    return ([str(rows[Job].key)], str(uuid4())) if len(sample) == 36 else ([rows[RateCard].code], "zzzz-zzzz")


def sent(client, form, data, undone):
    """(status, body without the id and what changes from page to page, rows written) of one answer that is taken back."""
    before = written()
    with undone(client):
        answer = getattr(client, form.method)(form.action, data)
        assert answer.status_code < 500, (form.action, data)
        body = re.sub(r"731947\d*|(?<=/rate-cards/)[\w-]{9}(?=/)", "ID", without_length(text_of(answer)))
        return answer.status_code, body, difference(before, written())


def test_a_foreign_id_is_refused_as_one_that_never_was(planted, forms, undone):
    client, found = forms
    send = partial(sent, client, undone=undone)
    asked = set()
    for form in found:
        for name in takers(form):
            own, (strangers, never) = form.offered[name][:1], named(form.offered[name], planted.rows)
            unknown = send(form, form.values | {name: [never]})
            for foreign in strangers:
                assert send(form, form.values | {name: [foreign]}) == unknown, (form.action, name, foreign)
            beside = [send(form, form.values | {name: [*own, one]}) for one in (strangers[0], never)]
            assert beside[0] == beside[1], (form.action, name)
            asked.add((form.action, name))
    assert len(asked) > 5


def test_no_id_in_other_clothes_is_a_fault_or_a_key(forms, undone):
    client, found = forms
    for form in found:
        for name in takers(form):
            for odd in ODD:
                sent(client, form, form.values | {name: [odd]}, undone)


def test_no_field_that_a_form_does_not_have_does_anything(planted, forms, undone):
    client, found = forms
    send = partial(sent, client, undone=undone)
    for form in found:
        if name_of(form.action) in DRAWN:
            continue
        known = set(form.values) | set(form.offered)
        smuggled = {name: [str(planted.companies.z.pk)] for name in SMUGGLED if name not in known}
        assert send(form, form.values | smuggled) == send(form, form.values), form.action


def test_every_choice_of_rows_is_narrowed(forms):
    """What a field offers is never a row of another tenant, whatever the page."""
    client, found = forms
    offered = {
        (form.action, name): values for form in found for name, values in form.offered.items() if name in takers(form)
    }
    assert {where: values for where, values in offered.items() if any(SIGN.search(value) for value in values)} == {}
    assert len(offered) > 5


def test_after_all_of_it_nobody_has_more_than_before(planted, forms, undone):
    """The worst of it for good: what is posted into every form, kept, gives no flag, no company, no row of another's."""
    client, found = forms
    before, rows = privileges(), everything([type(planted.companies.z)])
    for form in found:
        with undone(client):
            getattr(client, form.method)(
                form.action,
                form.values | {name: ["1"] for name in SMUGGLED} | {"parent": [str(planted.companies.z.pk)]},
            )
            assert everything([type(planted.companies.z)]) == rows, form.action
            assert privileges() <= before, form.action


def privileges() -> set:
    with as_owner():
        return set(User.objects.values_list("email", "company", "is_staff", "is_superuser"))
