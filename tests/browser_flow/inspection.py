"""What every page has to stand: the rules of axe in light and dark, the width of a phone, a browser without complaint."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser_flow.site import Person

AXE = Axe().axe_script
WIDE, NARROW = {"width": 1366, "height": 850}, {"width": 390, "height": 844}
LOOKS = (("light", WIDE), ("dark", NARROW))
OPTIONS = {"resultTypes": ["violations"], "iframes": False, "preload": False, "elementRef": False}
AGAIN = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]}}
ALIKE = ["tbody tr:nth-child(n+6)", "option:nth-child(n+6)"]  # made alike, and axe looks at every one
FRAME = [".sidebar", ".topbar"]  # the same on every page, so looked at once a walk
RUN = """([context, options]) => axe.run(context, options).then(found => found.violations.map(
    one => one.id + ': ' + one.help + ' at ' + one.nodes.slice(0, 3).map(node => node.target).join(' | ')))"""
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def faults(person: Person, name: str, *, frame: bool = False, looks=LOOKS) -> list[str]:
    """Everything that is wrong with the page on which the person stands, in words; the frame on demand."""
    page = person.page
    page.evaluate(AXE)
    context = {"exclude": [[css] for css in (ALIKE if frame else ALIKE + FRAME)]}
    found = []
    for number, (scheme, size) in enumerate(looks):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        options = OPTIONS | AGAIN if number else OPTIONS  # the second time what colours and width can change
        found += [f"{name}, {scheme}, {size['width']} px: {words}" for words in page.evaluate(RUN, [context, options])]
        if page.evaluate(TOO_WIDE):
            found.append(f"{name}: wider than {size['width']} px")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    return found
