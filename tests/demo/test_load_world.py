"""The demo world: what is in it, and that loading it again, or after a kill, is no second world."""

import json
import shutil
import time

import pytest
from django.contrib.auth.hashers import check_password

from tests.database import clone_database
from tests.demo.conftest import begin, copy_of, load, rows
from tests.demo.snapshot import world_of

pytestmark = pytest.mark.xdist_group("demo_world")  # one process loads it for all

EVERY_TABLE = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"


def one(demo, statement, *parameters):
    return rows(demo.database, statement, *parameters)[0][0]


def contents(database):
    """{table: (rows, digest of all of them)}."""
    tables = [name for (name,) in rows(database, EVERY_TABLE)]
    count = "SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {} t"
    return {name: rows(database, count.format(f'"{name}"'))[0] for name in tables}


def test_every_person_of_the_cast_can_log_in_and_the_list_says_who_he_is(demo):
    known = dict(
        rows(
            demo.database, "SELECT u.email, c.name FROM accounts_user u JOIN resellers_company c ON c.id = u.company_id"
        )
    )

    assert {login["email"]: login["company"] for login in demo.logins} == known
    assert len(demo.logins) == 15
    assert all(set(login) == {"email", "password", "company", "role"} for login in demo.logins)


def test_nobody_came_to_be_without_an_invitation(demo):
    accepted = {
        email for (email,) in rows(demo.database, "SELECT email FROM accounts_invitation WHERE accepted_at IS NOT NULL")
    }

    assert accepted == {login["email"] for login in demo.logins}


def test_there_is_a_tree_of_companies_and_one_of_them_is_suspended(demo):
    tree = rows(
        demo.database,
        """SELECT c.name, p.name, c.status, (SELECT count(*) FROM resellers_customer u WHERE u.company_id = c.id)
                                  FROM resellers_company c LEFT JOIN resellers_company p ON p.id = c.parent_id ORDER BY c.id""",
    )

    assert tree == [
        ("Tamarind Carrier Services", None, "active", 10),
        ("Bramble Voice", "Tamarind Carrier Services", "active", 34),
        ("Kestrel Tone", "Tamarind Carrier Services", "active", 21),
        ("Copperline Calls", "Tamarind Carrier Services", "active", 12),
        ("Duskwater Telecom", "Tamarind Carrier Services", "suspended", 8),
        ("Pinefield Phones", "Bramble Voice", "active", 9),
    ]


def test_one_invitation_waits_and_its_mail_lies_in_the_outbox(demo):
    waiting = rows(
        demo.database, "SELECT email FROM accounts_invitation WHERE accepted_at IS NULL AND withdrawn_at IS NULL"
    )
    mails = [file.read_text() for file in (demo.folder / "outbox").iterdir()]

    assert waiting == [("nora@bramble.example",)]
    assert len(mails) == 1
    assert "To: nora@bramble.example" in mails[0]


def test_every_card_sells_tens_of_thousands_of_destinations(demo):
    cards = dict(
        rows(
            demo.database,
            """SELECT p.name, v.rows FROM ratecards_activation a JOIN ratecards_revision v ON v.id = a.revision_id
                                        JOIN ratecards_cardprivate p ON p.card_id = v.card_id""",
        )
    )

    assert len(cards) == one(demo, "SELECT count(*) FROM ratecards_ratecard") == 9
    assert cards["Halvorn A-Z"] > 38_000
    assert 20_000 < cards["Quillmark A-Z"] < 30_000
    assert min(cards.values()) > 20_000


def test_the_sheet_with_mistakes_waits_as_a_draft_with_its_lines_open(demo):
    drafts = rows(
        demo.database,
        """SELECT p.name, s.source, s.refused FROM ratecards_revision v
                                    JOIN ratecards_cardprivate p ON p.card_id = v.card_id
                                    JOIN ratecards_revisionprivate s ON s.revision_id = v.id WHERE v.state = 'draft'""",
    )

    assert drafts == [("Quillmark A-Z", "quillmark-europe-update.csv", 5)]


def test_no_card_sells_anything_below_what_it_costs(demo):
    reports = rows(
        demo.database,
        """SELECT p.name, s.report->'below' FROM ratecards_revisionprivate s
                                     JOIN ratecards_revision v ON v.id = s.revision_id
                                     JOIN ratecards_cardprivate p ON p.card_id = v.card_id WHERE s.build_key <> ''""",
    )

    assert len(reports) == 7
    assert [name for name, below in reports if below != 0] == []


def test_every_job_of_the_load_is_done(demo):
    assert set(rows(demo.database, "SELECT state FROM accounts_job")) == {("done",)}


def test_passwords_are_kept_where_only_our_own_account_reads_them(demo):
    kept = demo.folder / "demo" / "logins.json"

    assert kept.stat().st_mode & 0o077 == 0
    assert json.loads(kept.read_text())["passwords"] == {login["email"]: login["password"] for login in demo.logins}


def test_a_second_load_changes_no_row_and_tells_the_same_logins(demo):
    before = contents(demo.database)

    assert load(demo.database, demo.folder) == demo.logins
    assert contents(demo.database) == before


def test_a_lost_file_of_passwords_is_made_anew_and_they_are_the_peoples(demo, tmp_path):
    with copy_of(demo.database) as database:
        hashes = dict(rows(database, "SELECT email, password FROM accounts_user"))
        shutil.copytree(demo.folder / "demo", tmp_path / "demo", ignore=shutil.ignore_patterns("logins.json"))

        again = load(database, tmp_path)

        assert all(old["password"] != new["password"] for old, new in zip(demo.logins, again, strict=True))
        for login in again:
            [(password,)] = rows(database, "SELECT password FROM accounts_user WHERE email = %s", login["email"])
            assert password != hashes[login["email"]]
            assert check_password(login["password"], password)
        assert world_of(database) == world_of(demo.database)


@pytest.mark.fault
@pytest.mark.long
def test_a_load_that_is_killed_again_and_again_ends_in_the_same_world(demo, tmp_path):
    """Killed among the people, in an import, in a build; the file of logins of a half made world tells nobody it is whole."""
    moments = (
        "SELECT count(*) >= 6 FROM accounts_user",
        "SELECT EXISTS (SELECT FROM accounts_job WHERE kind = 'import_rates' AND state = 'running')",
        "SELECT count(*) = 3 FROM accounts_job WHERE kind = 'build_card' AND state IN ('running', 'done')",
    )
    shutil.copytree(demo.folder / "demo", tmp_path / "demo", ignore=shutil.ignore_patterns("logins.json"))
    with clone_database("killed") as database:
        for moment in moments:
            kill_at(moment, database, tmp_path)

        logins = load(database, tmp_path)

        assert world_of(database) == world_of(demo.database)
        assert [login["email"] for login in logins] == [login["email"] for login in demo.logins]


def kill_at(moment, database, folder):
    process = begin(database, folder)
    limit = time.monotonic() + 120
    while not rows(database, moment)[0][0]:
        assert process.poll() is None, "the load ended before the moment came"
        assert time.monotonic() < limit
        time.sleep(0.01)
    process.kill()
    process.wait()
    process.stdout.close()
