"""What may stand in a name: one line of characters that can be seen."""

import unicodedata

from django.core.exceptions import ValidationError

# Control and format characters (line breaks, zero width, changes of direction) and the two separators of lines.
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})


def one_line(value: str) -> None:
    """Raise ValidationError for a line break or a character that nobody sees: two names could pass for one."""
    if any(unicodedata.category(character) in UNSEEN for character in value):
        raise ValidationError("Write it in one line, without line breaks, control or invisible characters.")
