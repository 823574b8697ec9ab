"""The question of the access report: may somebody do this to that object?"""

from django import forms

from accounts import access
from accounts.areas import AREAS
from accounts.objects import KINDS, found


class AskForm(forms.Form):
    """`reader` asks, and only about kinds and objects that he sees himself. Cleaned: `kind`, `right`, `thing`."""

    do = forms.ChoiceField(label="May this user …")
    object = forms.CharField(
        label="… this object", max_length=150, help_text="Number, code, name or e-mail, as you see it."
    )

    def __init__(self, *args, reader, **kwargs):
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.fields["do"].choices = [
            (AREAS[area].label, [(f"{kind.key} {area}.{action}", f"{action.replace('_', ' ')} a {kind.label.lower()}"
                                  + (f" among his {AREAS[area].label.lower()}" if len(kind.areas) > 1 else ""))
                                 for action in AREAS[area].actions if action != "create"])
            for kind in KINDS.values() for area in kind.areas if any(access.may(reader, one) for one in kind.table.view)
        ]  # fmt: skip

    def clean(self):
        values = super().clean()
        if "do" in values and "object" in values:
            key, values["right"] = values["do"].split(" ")
            kind = values["kind"] = KINDS[key]
            things = found(self.reader, kind, values["object"])
            if len(things) == 1:
                values["thing"] = things[0]
            elif things:
                self.add_error(
                    "object", f"Several {kind.plural.lower()} are called so: write the number or code of one."
                )
            else:
                self.add_error("object", f"There is no {kind.label.lower()} of this number or name in your sight.")
        return values
