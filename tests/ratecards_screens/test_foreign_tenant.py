"""Every page and every button of a card, asked for by who has no business there."""

import itertools
import re
import uuid

import pytest
from django.urls import get_resolver

from accounts.models import AuditEntry, Job
from ratecards.models import Activation, CardAssignment, ProfitRule, RateCard, Revision
from ratecards.services import assignments
from tests.ratecards_screens.conftest import newest, number_of, path_of

ROUTES = sorted(pattern for pattern in (str(found.pattern) for part in get_resolver().url_patterns
                if getattr(part, "app_name", "") == "ratecards" for found in part.url_patterns) if "<code:code>" in pattern)  # fmt: skip
FOR_ASSIGNED = {"", "rates/", "rate/", "compare/", "revisions/<int:number>/download/"}
POST = {
    "when": "now",
    "reason": "x",
    "name": "x",
    "match": "^",
    "type": "percent",
    "value": "1",
    "status": "profit",
    "prefix": "44",
}


def address(route, card):
    """The address of a route for a card, with ids that exist and belong to it."""
    job = newest(Job, params__card=card.pk)
    pk = {"profits": ProfitRule, "assignments": CardAssignment, "activations": Activation}
    model = next((model for word, model in pk.items() if word in route), None)
    values = {"code": card.code, "number": 1, "pk": (newest(model, card=card) or shop_pk(model)).pk if model else 0,
              "key": job.key if job else uuid.uuid4(), "upload": uuid.uuid4()}  # fmt: skip
    return "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(values[found[1]]), route)


def shop_pk(model):
    return newest(model)


def rest_of(route):
    return route.split("<code:code>/", 1)[1]


def counts():
    return {model: number_of(model) for model in (RateCard, Revision, Activation, CardAssignment, ProfitRule, Job)}


def test_what_the_assigned_company_has_are_routes():
    assert {rest_of(route) for route in ROUTES} > FOR_ASSIGNED


def test_stranger_gets_404_for_get_and_post(shop, panel):
    before = counts()
    for route, card in itertools.product(ROUTES, (shop.source, shop.retail, shop.resold)):
        path = address(route, card)
        assert panel("b_admin", path).status_code in (404, 405), path
        assert panel("b_admin", path, POST).status_code in (404, 405), path
    assert counts() == before


def test_company_that_has_the_card_gets_its_projection_and_404_for_the_rest(shop, panel):
    before = counts()
    for route in ROUTES:
        wanted = 200 if rest_of(route) in FOR_ASSIGNED else 404
        path = address(route, shop.retail)
        assert panel("a_admin", path).status_code in ((wanted,) if wanted == 200 else (404, 405)), path
        assert panel("a_admin", path, POST).status_code in ((200, 405) if wanted == 200 else (404,)), path
    assert counts() == before


def test_after_unassigning_every_page_is_404(shop, world, acting, panel):
    with acting(world.admin):
        assignments.unassign_card(CardAssignment.objects.get(pk=shop.assignment.pk), actor=world.admin)
    for route in ROUTES:
        path = address(route, shop.retail)
        assert panel("a_admin", path).status_code in (404, 405), path


def test_404_is_not_in_the_trail_as_a_denial(shop, panel):
    before = number_of(AuditEntry, action="denied")
    panel("b_admin", path_of(shop.resold))
    assert number_of(AuditEntry, action="denied") == before


def test_parent_does_not_reach_into_the_cards_of_its_sub_reseller(shop, world, panel):
    card = newest(RateCard, private__name="Private retail a1")
    assert panel("a_admin", path_of(card)).status_code == 404
    assert panel("a1_admin", path_of(card)).status_code == 200


@pytest.mark.parametrize("code", ["zzzz-zzzz", "x", "a" * 300, "%00", "..", "1 or 1=1"])
def test_codes_that_are_none_are_404(world, panel, code):
    assert panel("a_admin", f"/management/rate-cards/{code}/").status_code == 404
