"""A crawl of everything a client can reach: links, forms by GET and htmx attributes, to the end."""

from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

LIMIT = 600
SKIP = ("/login/", "/logout/", "/static/")


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.found += [named[name] for name in ("href", "hx-get", "src") if named.get(name)]
        if tag == "form" and (named.get("method") or "get").lower() == "get" and named.get("action"):
            self.found.append(named["action"])


def crawl(client, starts) -> dict[str, str]:
    """{path: body} of every page within the panel reachable by GET from `starts`; a 5xx fails the test."""
    queue, pages = list(starts), {}
    while queue and len(pages) < LIMIT:
        path = queue.pop()
        if path in pages or path.startswith(SKIP) or "sort=" in path:  # sorting shows the same rows again
            continue
        response = client.get(path, follow=False)
        assert response.status_code < 500, f"{path} answers {response.status_code}"
        body = b"".join(response.streaming_content) if response.streaming else response.content
        pages[path] = text = body.decode(errors="replace") + str(response.headers)
        if "html" in response.headers.get("Content-Type", ""):
            queue += addresses(path, text)
    return pages


def addresses(base: str, text: str) -> list[str]:
    parser = Links()
    parser.feed(text)
    found = []
    for link in parser.found:
        url = urlsplit(urldefrag(urljoin("http://testserver" + base, link)).url)
        if url.netloc == "testserver":
            found.append(url.path + (f"?{url.query}" if url.query else ""))
    return found
