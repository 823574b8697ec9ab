"""Every template compiles and keeps to the content security policy: nothing inline, nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

FOLDER = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
FORBIDDEN = {
    "inline style": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*(\ssrc=|application/json))", re.IGNORECASE),
    "something from elsewhere": re.compile(r"(src|href)=[\"'](https?:)?//", re.IGNORECASE),
    "code in an attribute": re.compile(r"hx-on|hx-vars|[\"']js:", re.IGNORECASE),
}


def test_the_folder_is_not_empty():
    assert "base.html" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_template_keeps_to_the_content_security_policy(name):
    text = (FOLDER / name).read_text()
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_page_of_last_resort_renders_without_a_request(name):
    assert "connexcs" in get_template(name).render()
