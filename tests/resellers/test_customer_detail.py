from resellers.models import Customer
from tests.resellers.conftest import CUSTOMERS
from tests.roles import as_owner


def test_the_page_shows_the_customer_and_its_company(world, login):
    customer = world.customers["a_0"]
    with as_owner():
        Customer.objects.filter(pk=customer.pk).update(notes="Calls at night", debit_limit="12.3400")
    for user in (world.admin, world.a_user):
        page = login(user).get(f"{CUSTOMERS}{customer.pk}/").content.decode()
        for words in ("Customer a 0", "Company a", "Calls at night", "12.3400", "post-paid"):
            assert words in page


def test_edit_is_offered_to_who_can_edit(world, login):
    path = f"{CUSTOMERS}{world.customers['a_0'].pk}/"
    assert path + "edit/" in login(world.a_user).get(path).content.decode()
    assert path + "edit/" not in login(world.a_reader).get(path).content.decode()


def test_words_of_people_are_shown_as_text(world, login):
    customer = world.customers["a_0"]
    with as_owner():
        Customer.objects.filter(pk=customer.pk).update(name="<script>alert(1)</script>", notes="<b>x</b>")
    page = login(world.a_user).get(f"{CUSTOMERS}{customer.pk}/").content.decode()
    assert "<script>alert" not in page and "<b>x" not in page
