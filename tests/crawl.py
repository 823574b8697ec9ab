"""A crawl of everything a client can reach: links, forms by GET and htmx attributes, to the end.

`forms_of` reads the forms of a page as a browser would send them.
"""

import zlib
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

from django.core.signing import b64_decode
from django.urls import Resolver404, resolve

ALIKE = 3  # pages of one route with the same keys in the query; the rest differs in a number
SKIP = ("/login/", "/logout/", "/static/")
UNSAFE = ("hx-post", "hx-put", "hx-patch", "hx-delete")


@dataclass
class Form:
    """One form: `values` are what it holds, `offered` what each field lets one choose, both {name: [value]}."""

    page: str
    method: str
    action: str
    values: dict = field(default_factory=dict)
    offered: dict = field(default_factory=dict)

    def add(self, name: str | None, value: str, chosen: bool, offered: bool) -> None:
        if not name or name == "csrfmiddlewaretoken":
            return
        if chosen:
            self.values.setdefault(name, []).append(value)
        if offered:
            self.offered.setdefault(name, []).append(value)


class Page(HTMLParser):
    """Links and forms of a page, as a browser without scripts sees them and as htmx does."""

    def __init__(self, path: str):
        super().__init__()
        self.path, self.links, self.forms = path, [], []
        self.inside, self.select, self.text = [], None, None

    def url(self, target: str) -> str:
        parts = urlsplit(urldefrag(urljoin("http://testserver" + self.path, target or "")).url)
        return parts.path + (f"?{parts.query}" if parts.query else "") if parts.netloc == "testserver" else ""

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.links += [self.url(attrs[name]) for name in ("href", "hx-get", "src") if attrs.get(name)]
        if tag == "form":
            self.inside = [Form(self.path, (attrs.get("method") or "get").lower(), self.url(attrs.get("action")))]
            self.forms += self.inside
        elif unsafe := next((name for name in UNSAFE if attrs.get(name)), None):
            self.forms.append(Form(self.path, unsafe.removeprefix("hx-"), self.url(attrs[unsafe])))
        if self.inside:
            self.handle_field(tag, attrs, self.inside[0])

    def handle_field(self, tag, attrs, form: Form):
        name, value = attrs.get("name"), attrs.get("value") or ""
        if tag in ("input", "button"):
            kind = attrs.get("type", "text" if tag == "input" else "submit")
            ticked = kind not in ("checkbox", "radio") or "checked" in attrs
            form.add(name, value, ticked, kind in ("checkbox", "radio", "hidden", "submit"))
        elif tag == "select":
            self.select = name
        elif tag == "option":
            form.add(self.select, value, "selected" in attrs, True)
        elif tag == "textarea":
            self.text = name
            form.add(name, "", True, False)
        if attrs.get("formaction"):
            self.forms.append(Form(self.path, form.method, self.url(attrs["formaction"]), form.values, form.offered))

    def handle_data(self, data):
        if self.text and self.inside:
            self.inside[0].values[self.text] = [self.inside[0].values[self.text][0] + data.removeprefix("\n")]

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = []
        if tag == "select":
            self.select = None
        if tag == "textarea":
            self.text = None


def read(path: str, text: str) -> Page:
    page = Page(path)
    page.feed(text)
    return page


def addresses(path: str, text: str) -> list[str]:
    """Where a page leads by GET, its forms sent as they stand."""
    page = read(path, text)
    sent = [form.action + ("&" if "?" in form.action else "?") + urlencode(form.values, doseq=True)
            for form in page.forms if form.method == "get" and form.action]  # fmt: skip
    bare = [form.action for form in page.forms if form.method == "get"]
    return [link for link in [*page.links, *bare, *sent] if link]


def forms_of(path: str, text: str) -> list[Form]:
    """The forms and buttons of a page that write."""
    return [form for form in read(path, text).forms if form.method != "get" and form.action]


def text_of(response) -> str:
    """Every byte of an answer that tells something: body, headers, and the messages of their cookie, unsigned."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    told = messages_in(response.cookies["messages"].value) if "messages" in response.cookies else ""
    return body.decode(errors="replace") + str(headers_of(response)) + told


def headers_of(response) -> dict:
    """The headers of an answer without Expires, which on a page that is not kept is the second of answering it."""
    return {name: value for name, value in response.headers.items() if name != "Expires"}


def messages_in(cookie: str) -> str:
    """What the signed cookie of messages says, as JSON; the signature and its time change from second to second."""
    packed = cookie.partition(":")[0]
    data = b64_decode(packed.removeprefix(".").encode())
    return (zlib.decompress(data) if packed.startswith(".") else data).decode()


def crawl(client, starts, known=(), within="/") -> dict[str, str]:
    """{path: body and headers} of every page below the path `within` that is reachable by GET from `starts`, without
    those `known`; a 5xx fails the test."""
    queue, pages, alike = list(starts), {}, Counter(map(kind_of, {*starts, *known}))
    while queue:
        path = queue.pop()
        if path in pages or path in known or path.startswith(SKIP) or "sort=" in path:  # sorting: the same rows again
            continue
        if path not in starts:
            if not path.startswith(within):
                continue
            alike[kind_of(path)] += 1
            if alike[kind_of(path)] > ALIKE:
                continue
        response = client.get(path, follow=False)
        assert response.status_code < 500, f"{path} answers {response.status_code}"
        pages[path] = text = text_of(response)
        if "html" in response.headers.get("Content-Type", ""):
            queue += addresses(path, text)
        if target := read(path, "").url(response.headers.get("Location", "")):
            queue += [target] if response.status_code in (301, 302) else []
    return pages


def kind_of(path: str) -> tuple:
    """The route of an address and the keys of its query: what makes two pages be drawn by the same code."""
    parts = urlsplit(path)
    try:
        return resolve(parts.path).view_name, *sorted(key for key, value in parse_qsl(parts.query))
    except Resolver404:
        return (parts.path,)
