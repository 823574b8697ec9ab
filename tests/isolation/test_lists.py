"""What an address may ask of a list: no filter, order or search tells anything of rows that are not shown."""

import re

import django_tables2
import pytest
from django import forms

from tests.crawl import text_of
from tests.planting import NUMBER
from tests.route_table import ROUTES
from tests.test_every_url import address
from tests.view_as.test_same_pages import without_length

KEYS = [
    "id",
    "pk",
    "company",
    "reseller",
    "owner",
    "customer",
    "card",
    "provider",
    "carrier",
    "actor",
    "user",
    "parent",
    "role",
    "assignment",
]
# Guesses at what a hidden column holds: the first is true of Z or of a secret, the second of nothing.
GUESSES = [("company__name__startswith", "kanarie", "quagga"), ("password__startswith", "argon2", "quagga"),
           ("user__password__startswith", "argon2", "quagga"), ("card__private__name__startswith", "kanarie", "quagga"),
           ("owner__name__gt", "a", "zzzz"), ("_connector", "OR", "AND"), ("company__isnull", "True", "False")]  # fmt: skip
HIDDEN = ["owner", "-owner", "-owner__name", "password", "company__name", "private__name", "?", "id';--", "name\"", "a.b.c", "-" * 200,
          *["x" * 40] * 50]  # fmt: skip
SCREENS = [name for name, route in ROUTES.items() if not (route.post or route.public or route.identity)
           and "a_admin" in route.opens.split() and route.special.get("a_admin", route.status) == 200]  # fmt: skip


def parts(response):
    """Every value that a template of the page was given."""
    contexts = response.context if isinstance(response.context, list) else filter(None, [response.context])
    return [value for part in contexts for layer in part for value in layer.values()]


def shown(response) -> list:
    """The keys of the rows on the page, in their order."""
    tables = [value for value in parts(response) if isinstance(value, django_tables2.Table)]
    return [[getattr(row.record, "pk", str(row.record)) for row in table.paginated_rows] for table in tables]


def page(response, *words) -> tuple:
    text = without_length(text_of(response))
    for word in words:
        text = re.sub(re.escape(str(word)), "", text, flags=re.IGNORECASE)
    return response.status_code, text


@pytest.fixture(scope="module")
def tables_found():
    """The pages of A that show a table: the world is the same in every test, so they are looked for once."""
    return []


@pytest.fixture
def lists(planted, login, tables_found):
    """(client of A, [(route, address)] of every page of A that shows a table)."""
    client = login(planted.a_admin)
    client.get("/")  # the first request of a session notes it
    if not tables_found:
        pages = [(name, address(name, ROUTES[name], planted)) for name in SCREENS]
        tables_found += [(name, url) for name, url in pages if shown(client.get(url))]
    assert len(tables_found) > 10
    return client, [(name, url + ("&" if "?" in url else "?")) for name, url in tables_found]


def test_a_foreign_id_in_the_address_says_as_little_as_an_unknown_one(planted, lists):
    client, found = lists
    z, a, never = planted.companies.z.pk, planted.companies.a.pk, NUMBER + 999
    for name, url in found:
        ids = {key: (row.pk if (row := row_of(planted, key)) else z) for key in KEYS}
        asked = "&".join(f"{key}={value}" for key, value in ids.items())
        got = client.get(url + asked)
        unknown = client.get(url + "&".join(f"{key}={never}" for key in ids))
        assert page(got, *ids.values(), never) == page(unknown, *ids.values(), never), name
        for one, other in ((a, z), (z, a)):  # the last or the first of two: never the foreign one
            twice = client.get(f"{url}company={one}&company={other}&owner={one}&owner={other}")
            honest = client.get(f"{url}company={a if one == a else never}&company={a if other == a else never}"
                                f"&owner={a if one == a else never}&owner={a if other == a else never}")  # fmt: skip
            assert shown(twice) == shown(honest), name


def row_of(world, key):
    return next((row for model, row in world.rows.items() if model.__name__.lower().endswith(key)), None)


def test_a_guess_at_a_hidden_column_gets_one_answer_right_or_wrong(lists):
    client, found = lists
    for name, url in found:
        right, wrong = ("&".join(f"{guess[0]}={guess[which]}" for guess in GUESSES) for which in (1, 2))
        usual, *answers = client.get(url), client.get(url + right), client.get(url + wrong)
        assert shown(usual) == shown(answers[0]) == shown(answers[1]), name
        assert {answer.status_code for answer in answers} == {200}, name


def test_no_hidden_column_orders_a_list(lists):
    client, found = lists
    for name, url in found:
        usual = shown(client.get(url))
        assert shown(client.get(url + "&".join(f"sort={key}" for key in HIDDEN))) == usual, name


def test_a_search_for_what_others_have_finds_what_a_search_for_nothing_finds(planted, lists):
    client, found = lists
    words, searched = ["kanarie", str(NUMBER), "Customer b", "CNRY-"], 0
    for name, url in found:
        for field in texts(client.get(url)):
            searched += 1
            nothing = [shown(client.get(f"{url}{field}=quagga")), shown(client.get(f"{url}{field}=0000000"))]
            for word in words:
                assert shown(client.get(f"{url}{field}={word}")) in nothing, (name, field, word)
    assert searched > 5


def texts(response) -> set[str]:
    """The names of the text fields of the filters and searches on a page."""
    sets = [value.form for value in parts(response) if hasattr(value, "qs") and hasattr(value, "form")]
    return {name for form in sets for name, field in form.fields.items() if type(field) is forms.CharField}


def test_every_number_in_the_address_may_be_nonsense(lists):
    client, found = lists
    for name, url in found:
        for value in ("-1", "9" * 40, "%00"):
            assert client.get(f"{url}page={value}&per_page={value}&count={value}").status_code == 200, (name, value)
