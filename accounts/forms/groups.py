"""The form of a group: a default, and for every area what replaces it."""

from typing import NamedTuple

from django import forms

from accounts.areas import AREAS, BOXES, CRUD, RESELLER, drawn
from accounts.forms.text import one_line
from accounts.models import Role

DEFAULT, OWN, DENIED, CLOSED = "default", "own", "denied", "closed"
MODES = [(DEFAULT, "As default"), (OWN, "These boxes"), (DENIED, "Denied")]


class Box(NamedTuple):
    """One tick box of the table; None stands where an area has no such action."""

    id: str
    name: str
    value: str
    label: str
    is_ticked: bool
    is_staff_only: bool


class GroupForm(forms.Form):
    """`audience` fixes it for a group that exists; `known_areas` are those its default covers (None: all, it is new).

    An area that the default does not cover is closed until somebody chooses something for it here.
    """

    name = forms.CharField(max_length=100, validators=[one_line])
    audience = forms.ChoiceField(
        choices=Role.AUDIENCES, initial=RESELLER, label="For",
        help_text="Fixed after saving. Only users of such companies can be in the group.",
    )  # fmt: skip
    description = forms.CharField(max_length=300, required=False)
    default_boxes = forms.MultipleChoiceField(
        choices=[(box, box.capitalize()) for box in CRUD], required=False, widget=forms.CheckboxSelectMultiple,
        label="Default", help_text="What the group gives in every area of the table that stays on “As default”.",
    )  # fmt: skip

    def __init__(self, *args, audience=None, known_areas=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fixed_audience, self.known = audience, AREAS if known_areas is None else known_areas
        self.listed = {area: one for area, one in AREAS.items() if any(self.offers(area, box) for box in one.boxes)}
        if audience:
            del self.fields["audience"]
        for area, one in self.listed.items():
            is_known, words = area in self.known, f"{one.label}: rule"
            self.fields[f"mode_{area}"] = forms.ChoiceField(
                choices=MODES if is_known else [(CLOSED, "Closed (new)"), *MODES],
                initial=DEFAULT if is_known else CLOSED, label=words, required=known_areas is not None,
                widget=forms.Select(attrs={"class": "form-select form-select-sm w-auto", "aria-label": words}),
            )  # fmt: skip
            self.fields[f"boxes_{area}"] = forms.MultipleChoiceField(
                choices=[(box, box) for box in one.boxes if self.offers(area, box)], required=False, label=one.label
            )

    def offers(self, area: str, box: str) -> bool:
        return self.fixed_audience != RESELLER or not is_staff_only(area, box)

    def clean(self):
        values = super().clean()
        audience = values["audience"] = self.fixed_audience or values.get("audience")
        for area, one in self.listed.items():
            mode = values[f"mode_{area}"] = values.get(f"mode_{area}") or self.fields[f"mode_{area}"].initial
            boxes = values.get(f"boxes_{area}", [])
            if boxes and mode != OWN:
                self.add_error(f"boxes_{area}", "Boxes are ticked, but the rule is not “These boxes”.")
            elif mode == OWN and not boxes and f"boxes_{area}" not in self.errors:
                self.add_error(f"boxes_{area}", "No box is ticked; to shut the area choose “Denied”.")
            elif above := [box for box in boxes if audience == RESELLER and is_staff_only(area, box)]:
                self.add_error(f"boxes_{area}", f"No reseller can hold {', '.join(above)} of {one.label}.")
        return values

    def areas(self) -> dict[str, list[str]]:
        """The rows: {area: boxes}, no boxes deny."""
        values = self.cleaned_data
        return {area: values[f"boxes_{area}"] for area in self.listed if values[f"mode_{area}"] in (OWN, DENIED)}

    def known_areas(self) -> list[str]:
        """What the default covers: all that was known before, and what somebody opened or shut here."""
        return [area for area in AREAS if (area in self.listed and self.cleaned_data[f"mode_{area}"] != CLOSED)
                or (area not in self.listed and area in self.known)]  # fmt: skip

    def general_fields(self):
        return [self[name] for name in ("name", "audience", "description") if name in self.fields]

    def columns(self) -> list[str]:
        return [box for box in BOXES if any(self.offers(area, box) for area, one in AREAS.items() if box in one.boxes)]

    def column_words(self) -> list[str]:
        return [words_of(box).capitalize() for box in self.columns()]

    def table(self):
        """For each area: (label, field of the rule, boxes in the order of the columns, field of the boxes)."""
        for area, one in self.listed.items():
            mode, boxes = self[f"mode_{area}"], self[f"boxes_{area}"]
            ticked = set(boxes.value() or ())
            cells = [
                Box(f"id_{boxes.html_name}_{box}", boxes.html_name, box, f"{one.label}: {words_of(box)}", box in ticked,
                    is_staff_only(area, box)) if box in one.boxes and self.offers(area, box) else None
                for box in self.columns()
            ]  # fmt: skip
            yield one.label, mode, cells, boxes


def words_of(box: str) -> str:
    return box.replace("_", " ")


def is_staff_only(area: str, box: str) -> bool:
    """Whether no action of this box is below the ceiling of resellers."""
    return not any(right.partition(".")[2] in AREAS[area].ceiling for right in drawn(area, frozenset([box])))


def group_initial(role) -> dict:
    """What the form shows of a group that exists."""
    initial = {"name": role.name, "description": role.description, "default_boxes": role.default_boxes,
               "known_areas": role.known_areas}  # fmt: skip
    for row in role.areas.all():
        boxes = [box for box in row.boxes if role.audience != RESELLER or not is_staff_only(row.area, box)]
        initial |= {f"mode_{row.area}": OWN if row.boxes else DENIED, f"boxes_{row.area}": boxes}
    return initial
