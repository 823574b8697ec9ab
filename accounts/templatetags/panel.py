"""Template tags of the panel's frame: menu, rights, badges, forms and small pictures.

They decide nothing about access: every question goes to the access module, and where no unit of work is open
(login, error pages) the answer is "nothing", because such pages must not read a tenant's rows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import forms, template
from django.conf import settings
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.html import format_html, format_html_join
from django.utils.module_loading import import_string
from django.utils.safestring import mark_safe

from accounts import access, icons
from accounts.lists import CAP

register = template.Library()

TONES = {
    "good": {"active", "ready", "done", "live", "in sync", "allowed", "yes", "enabled", "current", "master", "sold"},
    "busy": {"running", "queued", "waiting", "announced", "planned", "scheduled", "draft", "invited", "pending"},
    "warn": {"stale", "warning", "expiring", "locked", "read-only", "partly"},
    "bad": {"failed", "refused", "blocked", "denied", "error", "below cost", "cancelled"},
}
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip
_RIGHTS: dict[str, tuple[str, ...]] = {}  # by route
TONE_OF = {word: tone for tone, words in TONES.items() for word in words}


# -- menu -------------------------------------------------------------------------------------------------------------


class Entry(NamedTuple):
    """One visible line of the menu: a screen (url) or a branch (entries)."""

    label: str
    icon: str
    url: str
    is_here: bool
    entries: list


@register.simple_tag(takes_context=True)
def menu(context) -> list[Entry]:
    """The entries the current user may open, with the way to the current page marked.

    The current page is the route in the context variable `menu_here`, else the screen with the longest path that
    the request's path starts with.
    """
    request = context.get("request")
    if getattr(request, "unit", None) is None:
        return []
    tree = _visible(import_string(settings.MENU), request.user)
    here = _url_of(context["menu_here"]) if context.get("menu_here") else _nearest(request.path, _urls(tree))
    return [_marked(entry, here) for entry in tree]


@register.filter
def trail(entries: Iterable[Entry]) -> list[Entry]:
    """The menu entries from the top down to the current page: the breadcrumb."""
    for entry in entries:
        if entry.is_here:
            return [entry, *trail(entry.entries)]
    return []


def _visible(entries: tuple, user) -> list[Entry]:
    shown = []
    for label, icon, target in entries:
        if isinstance(target, str):
            url = _url_if_may(user, target)
            if url:
                shown.append(Entry(label, icon, url, False, []))
        elif below := _visible(target, user):
            shown.append(Entry(label, icon, "", False, below))
    return shown


def _marked(entry: Entry, here: str) -> Entry:
    below = [_marked(child, here) for child in entry.entries]
    is_here = any(child.is_here for child in below) or (entry.url != "" and entry.url == here)
    return entry._replace(is_here=is_here, entries=below)


def _urls(entries: list[Entry]) -> Iterator[str]:
    for entry in entries:
        yield from _urls(entry.entries) if entry.entries else (entry.url,)


def _nearest(path: str, urls: Iterable[str]) -> str:
    """The longest url that is the path or a folder above it; the start page, above all, stands for itself only."""
    home = _url_of("dashboard")
    above = [url for url in urls if path == url or (url != home and path.startswith(url))]
    return max(above, key=len, default="")


# -- rights -----------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def may(context, right: str) -> bool:
    """Whether the current user has the right, e.g. `{% may "customer.create" as can_create %}`."""
    request = context.get("request")
    return getattr(request, "unit", None) is not None and access.may(request.user, right)


@register.simple_tag(takes_context=True)
def url_if_may(context, route: str, *args) -> str:
    """The address of a screen when the current user could open it, else the empty string."""
    request = context.get("request")
    return _url_if_may(request.user, route, *args) if getattr(request, "unit", None) is not None else ""


def _url_if_may(user, route: str, *args) -> str:
    url = _url_of(route, *args)
    return url if url and any(access.may(user, right) for right in _rights_of(route, url)) else ""


def _rights_of(route: str, url: str) -> tuple[str, ...]:
    """The rights of which any one opens the screen; none where it declares none, so that it is not shown."""
    if route not in _RIGHTS:  # the same whatever stands in the address, and every page asks for all of the menu's
        _RIGHTS[route] = getattr(resolve(url).func, "screen_rights", ())
    return _RIGHTS[route]


def _url_of(route: str, *args) -> str:
    try:
        return reverse(route, args=args)
    except NoReverseMatch:
        return ""


# -- icons ------------------------------------------------------------------------------------------------------------


@register.simple_tag
@cache
def icon(name: str, size: int = 18, **attributes) -> str:
    """An icon of the set as inline SVG, drawn once; decoration beside words, so hidden from screen readers.

    Raises KeyError for an unknown name.
    """
    return mark_safe(icons.svg(name, size, **({"stroke_width": 2, "aria_hidden": "true"} | attributes)))  # noqa: S308


# -- values -----------------------------------------------------------------------------------------------------------


@register.simple_tag
def badge(value, label=None) -> str:
    """A small coloured word for a state; the colour follows the value, an unknown value stays grey."""
    words = str(getattr(value, "value", value)).replace("_", " ")
    tone = TONE_OF.get(words.lower(), "plain")
    return format_html('<span class="badge tone-{}">{}</span>', tone, words if label is None else label)


@register.filter
def thousands(number) -> str:
    """A whole number with its digits in groups of three: 1004112 → 1 004 112."""
    return f"{int(number):,}".replace(",", " ")


@register.filter
def capped(number) -> str:
    """A number that was counted to the cap of all lists: 10 000+ when there are more."""
    return f"{thousands(CAP)}+" if number > CAP else thousands(number)


@register.filter
def browser(agent: str) -> str:
    """Which browser it was, as people call it: what it sent names half a dozen. An unknown one is shown as it is."""
    names, systems = ([words for mark, words in marks if mark in agent] for marks in (BROWSERS, SYSTEMS))
    return f"{names[0]} on {systems[0]}" if names and systems else agent


@register.filter
def reasons(cells: Iterable, columns: list[str]) -> list[str]:
    """Why the rights of one row of a matrix are held, or are not: a line for each reason, which names its columns
    where another reason stands beside it."""
    found = {}
    for cell, column in zip(cells, columns, strict=True):
        if cell:
            found.setdefault((not cell.is_held, cell.text), []).append(column)
    kinds = Counter(is_missing for is_missing, _ in found)
    lines = []
    for (is_missing, text), names in sorted(found.items()):
        which = f"{', '.join(names)}: " if kinds[is_missing] > 1 else ""
        lines.append(f"{'no: ' if is_missing else ''}{which}{text}")
    return lines


@register.simple_tag
def sparkline(values: Iterable, width: int = 220, height: int = 40) -> str:
    """A line of numbers as a small picture without axis; decoration beside a figure, so hidden from screen readers."""
    numbers = [float(value) for value in values]
    if len(numbers) < 2:
        return ""
    low, high = min(numbers), max(numbers)
    step, scale = width / (len(numbers) - 1), (height - 4) / ((high - low) or 1)
    points = " ".join(f"{i * step:.1f},{height - 2 - (n - low) * scale:.1f}" for i, n in enumerate(numbers))
    return format_html(
        '<svg class="sparkline" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="2" vector-effect="non-scaling-stroke"/></svg>',
        width, height, points,
    )  # fmt: skip


# -- lists and forms --------------------------------------------------------------------------------------------------


@register.simple_tag
def row_cells(row) -> str:
    """The cells of one row of a django-tables2 table; in Python, because a page has hundreds of them.

    A column named `selection` becomes the tick box of the form "bulk".
    """
    return format_html_join(
        "",
        "<td {}>{}</td>",
        (
            (column.attrs["td"].as_html(), _tick_box(row.record) if column.name == "selection" else cell)
            for column, cell in row.items()
        ),
    )


def _tick_box(record) -> str:
    box = '<input class="form-check-input" type="checkbox" form="bulk" name="selection" value="{}" aria-label="Select {}">'
    return format_html(box, record.pk, record)


@register.filter
def page_numbers(page) -> list[int | None]:
    """The numbers of the page links around a page; None stands for a gap."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in numbers]


@register.filter
def is_filtered(request) -> bool:
    """Whether the address narrows the list, so that an empty list can offer to show everything."""
    return any(value for name, value in request.GET.items() if not name.endswith(("sort", "page")))


@register.filter
def compact(field) -> str:
    """A form field as one small control of a toolbar: its label is the placeholder and the accessible name."""
    widget = field.field.widget
    if type(widget) is forms.TextInput:
        widget.input_type = "search"
    kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    return field.as_widget(
        attrs={"class": f"{kind} {kind}-sm", "aria-label": field.label, "placeholder": f"{field.label}…"}
    )


@register.simple_tag(takes_context=True)
def form_body(context, form) -> str:
    """The fields of a form by its crispy layout (or one after another), without the form element around them."""
    helper = getattr(form, "helper", None) or FormHelper(form)
    helper.form_tag, helper.disable_csrf = False, True
    return render_crispy_form(form, helper, context)
