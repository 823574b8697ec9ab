"""The checksum of an open-rate-card document: SHA-256 over its canonical JSON (RFC 8785).

Keys in the order of their UTF-16 code units, no spaces, numbers as ECMAScript writes a double. `metadata.checksum` and
`metadata.signature` do not count, and neither does metadata that is empty without them.
"""

import hashlib
import json
from decimal import Decimal

UNCOUNTED = ("checksum", "signature")


class Number(str):
    """A number of a JSON document as the text that stands there."""

    __slots__ = ()

    def plain(self):
        """Return it without an exponent, with all of its digits."""
        exponent = Decimal(self).as_tuple().exponent
        return str(self) if "e" not in self.lower() or abs(exponent) > 40 else format(Decimal(self), "f")


def checksum(document):
    """Return the checksum of a parsed document as hex; numbers may be int, float, Decimal or Number."""
    kept = {key: value for key, value in document.items() if key != "metadata"}
    metadata = document.get("metadata")
    if isinstance(metadata, dict):
        metadata = {key: value for key, value in metadata.items() if key not in UNCOUNTED}
    if metadata:
        kept["metadata"] = metadata
    digest = hashlib.sha256()
    for piece in pieces(kept):
        digest.update(piece.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def pieces(value):
    """Yield canonical JSON piece by piece."""
    if isinstance(value, dict):
        yield "{"
        for place, key in enumerate(sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))):
            yield f"{',' if place else ''}{_string(key)}:"
            yield from pieces(value[key])
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for place, item in enumerate(value):
            if place:
                yield ","
            yield from pieces(item)
        yield "]"
    else:
        yield _scalar(value)


def _scalar(value):
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Number | int | float | Decimal):
        return number(float(value))
    return _string(value)


def _string(text):
    return json.dumps(str(text), ensure_ascii=False)


def number(value):
    """Return a double as ECMAScript's Number.toString does. Raises ValueError for what JSON cannot say."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("no JSON number")
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text, point = "".join(map(str, digits)), len(digits) + exponent
    if 0 < point <= 21:
        whole = text[:point].ljust(point, "0")
        body = f"{whole}.{text[point:]}" if len(text) > point else whole
    elif -6 < point <= 0:
        body = f"0.{'0' * -point}{text}"
    else:
        body = f"{text[0]}{'.' if text[1:] else ''}{text[1:]}e{point - 1:+d}"
    return f"-{body}" if sign else body
