"""One row out of many: a select while there are few, a search with suggestions beyond that."""

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join

FEW = 50  # rows that a select still shows
MARK = " · "  # between a row's words and its number in what is suggested


class Chooser(forms.Select):
    """A select of at most FEW rows; of more, a text field whose suggestions are asked of a route while one types.

    Without JavaScript the exact name or the number does. What was typed stays in a form that was refused.
    """

    def __init__(self, route: str):
        super().__init__()
        self.route = route

    def is_short(self) -> bool:
        queryset = getattr(self.choices, "queryset", None)
        return queryset is None or queryset.order_by()[: FEW + 1].count() <= FEW

    def render(self, name, value, attrs=None, renderer=None):
        if self.is_short():
            return super().render(name, value, attrs, renderer)
        attrs = self.build_attrs(self.attrs, attrs)
        listed = f"{attrs.get('id', name)}_suggestions"
        attrs |= {
            "type": "text", "name": name, "value": self.words(value), "list": listed, "autocomplete": "off", "maxlength": "200",
            "placeholder": "Type a part of the name…", "class": attrs.get("class", "").replace("form-select", "form-control"),
            "hx-get": f"{reverse(self.route)}?field={name}", "hx-trigger": "input changed delay:200ms, focus once",
            "hx-target": f"#{listed}", "hx-sync": "this:replace",
        }  # fmt: skip
        pairs = ((key, value) for key, value in attrs.items() if value is not False and value is not None)
        return format_html('<input {}><datalist id="{}"></datalist>', format_html_join(" ", '{}="{}"', pairs), listed)

    def words(self, value) -> str:
        """What stands in the field for a value: a chosen row in words, anything else as it was typed."""
        text = "" if value is None else str(value)
        row = self.choices.queryset.filter(pk=text).first() if is_number(text) else None
        return described(row) if row else text


class ChooserField(forms.ModelChoiceField):
    """A row by its number, by what was suggested, or by its exact name where only one has it."""

    def __init__(self, queryset, *, route: str, **options):
        super().__init__(queryset, widget=Chooser(route), **options)

    def to_python(self, value):
        text = str(value).strip() if isinstance(value, str) else value
        if not isinstance(text, str) or not text:
            return super().to_python(text)
        number = text.rpartition(MARK)[2]
        if is_number(number):
            return super().to_python(number)
        named = [] if "\0" in text else list(self.queryset.filter(name__iexact=text)[:2])  # no name holds NUL
        if len(named) == 1:
            return named[0]
        raise forms.ValidationError(
            "Choose one of the suggestions." if not named else "Several are called so: choose one."
        )


def described(row) -> str:
    return f"{row}{MARK}{row.pk}"


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
