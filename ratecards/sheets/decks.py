"""Code decks: files that say which prefixes a name or an id stands for, where a sheet of rates says only that.

A key is compared without the spaces around it and whatever the case of its letters. What a deck leaves in doubt is
refused where a rate asks for it, with its reason; what nobody asks for is counted.
"""

import os
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from accounts.sheets import IGNORE, SheetError, plain
from accounts.sheets.lines import blocks, ends
from ratecards.engine.numbers import Refused, shown
from ratecards.sheets import cell_values, codes, guesses, notes
from ratecards.sheets.formats import WORDS, normal
from ratecards.sheets.layout import ASK, FIELDS
from ratecards.sheets.recognition import recognise

MOST, BYTES = 250_000, 25_000_000  # prefixes and bytes of one deck: it is read while a page waits for the preview
SAMPLE = 200  # lines that are looked at


class Deck(NamedTuple):
    """What a deck says: the prefixes of every key, why a key's cannot be taken, and how many lines each key has ("" for
    those that no rate can ask for)."""

    prefixes: dict[str, dict[str, int]]
    refused: dict[str, Refused]
    lines: Counter

    def look_up(self, text):
        """Return the prefixes of a key as a tuple. Raises Refused: deck_key, deck_lacks, deck_code, deck_twice."""
        key = key_of(text)
        if not key:
            raise Refused("deck_key", "The name that the code deck lists is missing.")
        if key in self.refused:
            raise self.refused[key]
        if key not in self.prefixes:
            raise Refused("deck_lacks", f"{shown(text)} is not in the code deck.")
        return tuple(self.prefixes[key])

    def unused(self, keys):
        """Return how many lines of the deck are of none of these keys."""
        return self.lines.total() - sum(self.lines[key] for key in keys)


def key_of(text):
    return plain(text.strip()).casefold()


def recognise_deck(path, **said):
    """Return the Layout of a code deck: its columns are read as key, prefix and country_code, the others not.

    `said` is that of `recognise`, which tells what is raised. A key or prefix that was not found is `load`'s error.
    """
    layout = recognise(path, **said)
    body = [row for row in next(iter(ends(path, layout))).rows if len(row) == len(layout.columns)][:SAMPLE]
    mapping = _mapping(layout, body)
    return replace(layout, mapping=mapping, codes=guesses.codes_of(body, mapping), cut=guesses.cut_of(body, mapping),
                   lead=guesses.lead_of(layout.columns, body, mapping), rate_unit="minute", notes=())  # fmt: skip


def first_lines(path, layout, rows):
    """Return (number, cells) of the first lines of a deck."""
    block = next(iter(ends(path, layout)))
    return list(zip(block.numbers, block.rows, strict=True))[:rows]


def with_deck(layout):
    """Return the Layout of a sheet of rates as it is read beside a deck: a name is its key, or else an id, or what was
    taken for its prefix."""
    mapping = list(layout.mapping)
    if not {"key", "name"} & set(mapping):
        ids = [place for place, column in enumerate(layout.columns) if normal(column) == "id"]
        for place in [*ids, *filter(None.__ne__, [layout.column_of("prefix")])][:1]:
            mapping[place] = "key"
    mapping = tuple(IGNORE if target in ("prefix", "country_code", "country_in") else target for target in mapping)
    return replace(layout, mapping=mapping, codes="deck", cut="", lead="")


def load(path, layout):
    """Return the Deck of a file. A prefix of two keys is refused for both, one that cannot be read for its key.

    Raises SheetError: unmapped (no column for key or prefix), deck (a line that cannot be split, more than MOST
    prefixes or BYTES, none at all), header, encoding.
    """
    missing = [FIELDS[field] for field in ("key", "prefix") if field not in layout.mapping]
    if missing:
        raise SheetError("unmapped", f"Say which column of the code deck holds: {', '.join(missing)}.")
    if os.path.getsize(path) > BYTES:
        raise SheetError("deck", f"The code deck has more than {BYTES // 10**6} MB.")
    deck, owners, key = Deck({}, {}, Counter()), {}, cache(key_of)
    for block in blocks(path, layout):
        for number, name, found in _codes(block, layout):
            _take(deck, owners, number, name, key(name), found)
        if len(owners) > MOST:
            raise SheetError("deck", f"The code deck has more than {MOST} prefixes.")
    if not owners and not deck.refused:
        raise SheetError("deck", "The code deck has no prefixes.")
    return deck


def _take(deck, owners, number, name, key, found):
    """Put one line's prefixes, or the reason why it has none, where its key stands."""
    deck.lines[key] += 1
    if not key:
        return
    if isinstance(found, Refused):
        deck.refused.setdefault(key, Refused("deck_code", f"Line {number} of the code deck: {found.message}"))
        return
    own = deck.prefixes.setdefault(key, {})
    for prefix in found:
        other, line = owners.setdefault(prefix, (key, number))
        own[prefix] = number
        if other != key:
            why = Refused(
                "deck_twice",
                f"The code deck gives {prefix} to two names: in line {line} and, to {shown(name.strip())}, in line {number}.",
            )
            deck.refused.setdefault(key, why)
            deck.refused.setdefault(other, why)


def _codes(block, layout):
    """Yield (line, name, its prefixes or the Refused that it has instead) of the lines that are no notes."""
    rows, place, key = _readable(block, layout), layout.column_of("prefix"), layout.column_of("key")
    country = layout.column_of("country_code")
    for (number, row), found in zip(rows, _read(rows, place, country, layout), strict=True):
        if not (isinstance(found, Refused) and notes.said(row, layout)):
            yield number, row[key], found


def _read(rows, place, country, layout):
    """Return the prefixes of each line or its Refused; of the usual deck, one prefix a line, all at once."""
    if codes.is_plain(layout):
        found, refused = cell_values.prefixes([row[place] for _, row in rows])
        return [refused.get(position, (prefix,)) for position, prefix in enumerate(found)]
    read, found = codes.reader(layout), []
    for _, row in rows:
        try:
            found.append(read(row[place], row[country] if country is not None else ""))
        except Refused as refusal:
            found.append(refusal)
    return found


def _readable(block, layout):
    """Return (line, cells) of the lines of the deck's width; raises SheetError for one that is neither that nor a note."""
    width, found = len(layout.columns), []
    for position, (number, row) in enumerate(zip(block.numbers, block.rows, strict=True)):
        refused = block.refused.get(position)
        if not refused and len(row) == width:
            found.append((number, row))
        elif refused or not notes.said(row, layout):
            why = refused.message if refused else f"it has {len(row)} columns, the deck has {width}."
            raise SheetError("deck", f"Line {number} of the code deck cannot be read: {why}")
    return found


def _mapping(layout, body):
    """Return what the columns of a deck hold, by their headers and else by their cells."""
    prefix, country = layout.column_of("prefix"), layout.column_of("country_code")
    if country is None and ASK in layout.mapping:  # shown, and can be corrected
        country = next(
            (at for at, name in enumerate(layout.columns) if WORDS.get(normal(name)) == "country_code"), None
        )
    columns = list(zip(*body, strict=True)) or [()] * len(layout.columns)
    others = [place for place in range(len(columns)) if place not in (prefix, country)]
    if prefix is None:
        prefix = _best(columns, others, guesses.is_prefix)
    wanted = [
        place for field in ("key", "name") for place in others if layout.mapping[place] == field and place != prefix
    ]
    wanted += [place for place in others if normal(layout.columns[place]) == "id" and place != prefix]
    key = wanted[0] if wanted else _best(columns, [place for place in others if place != prefix], guesses.is_text)
    return tuple(
        "key" if place == key else "prefix" if place == prefix else "country_code" if place == country else IGNORE
        for place in range(len(columns))
    )


def _best(columns, places, test):
    """Return the place of the column with the most different cells that pass a test, of those where most do."""
    cells = {place: list(filter(None, columns[place])) for place in places}
    fitting = [place for place in places if cells[place] and sum(map(test, cells[place])) * 10 >= len(cells[place]) * 8]
    return max(fitting, key=lambda place: len(set(cells[place])), default=None)
