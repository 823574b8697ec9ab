"""A draft that another tab deletes, or whose card it archives, while a page of it is answered."""

import pytest

from ratecards.models import Revision
from ratecards.services import cards, drafts, publishing, revisions
from ratecards.views import revisions as views
from tests.ratecards.conftest import customer_card, published, row
from tests.ratecards_screens.conftest import body_of, of_source, path_of, text_of


def test_large_draft_of_a_card_archived_meanwhile_says_so(shop, world, acting, panel, monkeypatch):
    monkeypatch.setattr(publishing, "AT_ONCE", 1)
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        copied = published(card, {"44": "0.02", "441": "0.01"}, world.a_admin, activate=False)
        draft = revisions.create_draft(card, actor=world.a_admin, copy_of=copied)
        drafts.set_rate(draft, row("442", "0.05"), actor=world.a_admin)
        cards.archive_card(card, actor=world.a_admin)
    page = panel("a_admin", path_of(card, f"revisions/{draft.number}/publish/"), {}, follow=True)
    assert page.redirect_chain == [(path_of(card, f"revisions/{draft.number}/"), 302)]
    assert "is archived: nothing of it can be changed" in text_of(page)


def deleted_after(fetch):
    """`fetch`, after which another tab deletes what was fetched."""

    def fetched(*args):
        card, revision = fetch(*args)
        Revision.objects.filter(pk=revision.pk).delete()
        return card, revision

    return fetched


@pytest.mark.parametrize("verb", ["delete", "publish", "archive", "restore"])
def test_draft_that_another_tab_deletes_meanwhile_is_told_on_the_list(draft, shop, panel, monkeypatch, verb):
    monkeypatch.setattr(views, "one", deleted_after(views.one))
    page = panel("admin", of_source(shop, f"2/{verb}/"), {}, follow=True)
    assert page.redirect_chain == [(of_source(shop, ""), 302)]
    assert "Revision 2 was deleted meanwhile." in text_of(page)
    assert "Revision 2 was deleted.<" not in body_of(page)


@pytest.mark.parametrize("verb", ["waive", "release"])
def test_draft_deleted_meanwhile_is_told_on_a_form(dirty, shop, panel, monkeypatch, verb):
    monkeypatch.setattr(views, "one", deleted_after(views.one))
    page = panel("admin", of_source(shop, f"2/{verb}/"), {"reason": "Because we know them well."})
    assert page.status_code == 422
    assert "Revision 2 was deleted meanwhile." in text_of(page)
