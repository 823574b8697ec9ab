"""The outbox of a demo: the mails that were written to files, for the master alone, links to click and no markup run."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

URL = "/setup/information/outbox/"


@pytest.fixture
def folder(settings, tmp_path):
    settings.OUTBOX_DIR = settings.EMAIL_FILE_PATH = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    return tmp_path


def send(subject, text, **options):
    mail.get_connection().send_messages(
        [EmailMultiAlternatives(subject, text, "panel@example.test", ["new@example.test"], **options)]
    )


def test_mail_is_shown_with_a_link(world, login, folder):
    send("Your invitation", "Grüße\n\nOpen http://127.0.0.1:8000/invitation/abc-DEF_1/ within 72 hours.")
    page = login(world.admin).get(URL).content.decode()
    assert "Your invitation" in page and "Grüße" in page and "new@example.test" in page
    assert 'href="http://127.0.0.1:8000/invitation/abc-DEF_1/"' in page


def test_newest_stands_first(world, login, folder):
    for number in range(3):
        send(f"Mail {number}", "text", headers={"Date": f"Mon, 23 Nov 2026 10:00:0{number} -0000"})
    page = login(world.admin).get(URL).content.decode()
    assert page.index("Mail 2") < page.index("Mail 1") < page.index("Mail 0")


def test_several_mails_of_one_file_are_all_shown(world, login, folder):
    messages = [
        EmailMultiAlternatives(f"Batch {number}", "x" * 79 + "\n" + "-" * 10, "a@b.test", ["c@d.test"])
        for number in range(3)
    ]
    mail.get_connection().send_messages(messages)
    page = login(world.admin).get(URL).content.decode()
    assert all(f"Batch {number}" in page for number in range(3))


def test_markup_in_a_mail_stays_text(world, login, folder):
    send("<b>bold</b>", "<script>alert(1)</script> javascript:alert(1)")
    page = login(world.admin).get(URL).content.decode()
    assert "<b>bold" not in page and "<script>alert" not in page and 'href="javascript' not in page


def test_empty_outbox_says_so(world, login, folder):
    assert "No mails yet" in login(world.admin).get(URL).content.decode()


def test_broken_file_is_no_error(world, login, folder):
    (folder / "broken.log").write_bytes(b"\x00\xff\xfe no header\n\nbody")
    assert login(world.admin).get(URL).status_code == 200


def test_without_a_folder_there_is_no_such_page(world, login, settings):
    settings.OUTBOX_DIR = None
    assert login(world.admin).get(URL).status_code == 404


@pytest.mark.parametrize("persona", ["a_admin", "b_admin", "a_user"])
def test_reseller_gets_403(world, login, folder, persona):
    assert login(getattr(world, persona)).get(URL).status_code == 403
