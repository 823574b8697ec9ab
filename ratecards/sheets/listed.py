"""The rates of plain lines as arrays: put together, and those of a prefix that stands twice told from the first."""

from typing import NamedTuple

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.numbers import shown
from ratecards.sheets.dates import PAST
from ratecards.sheets.layout import Line
from ratecards.sheets.swift import line_at


class Listed(NamedTuple):
    """One rate a line: the number of its line, the byte of the file where that begins, its key, its columns."""

    numbers: np.ndarray
    places: np.ndarray
    keys: np.ndarray
    columns: dict[str, np.ndarray]

    def take(self, rows):
        arrays = (values[rows] for values in self[:3])
        return Listed(*arrays, {name: values[rows] for name, values in self.columns.items()})


def together(parts):
    """Return Listed parts as one; the list is emptied, so that no more than one column is held twice."""
    arrays = [[*part[:3]] for part in parts]
    columns = [dict(part.columns) for part in parts]
    parts.clear()
    whole = [np.concatenate([array.pop(0) for array in arrays]) for _ in range(3)]
    names = list(columns[0])
    return Listed(*whole, {name: np.concatenate([part.pop(name) for part in columns]) for name in names})


def in_order(rates):
    """Return rates in the order of their lines."""
    return rates.take(np.argsort(rates.numbers, kind="stable"))


def first_ones(rates, layout, path, most):
    """Return the rates whose prefix stands for the first time at its time, and at most `most` others as refused Lines,
    whose text is read from the file again."""
    rows, firsts = _again(rates)
    if not rows.size:
        return rates, []
    column, twice = layout.columns[layout.column_of("prefix")], []
    with open(path, "rb") as file:
        for row, first in zip(rows[:most].tolist(), firsts[:most].tolist(), strict=True):
            prefix = shown(prefix_keys.decode(rates.keys[row]))
            reason = f"The prefix {prefix} stands in line {rates.numbers[first]} already."
            raw = line_at(file, int(rates.places[row]), layout.encoding)
            twice.append(Line(int(rates.numbers[row]), column, reason, "duplicate", raw))
    kept = np.full(len(rates.keys), True)
    kept[rows] = False
    return rates.take(kept), twice


def _again(rates):
    """Return the positions of rates whose prefix stood before at the same time, in order, and where it stood first."""
    order = np.argsort(rates.keys, kind="stable")
    same, twin = np.diff(rates.keys[order]) == 0, np.full(len(order), False)
    twin[1:] |= same
    twin[:-1] |= same
    shared = order[twin]
    instants = rates.columns["effective"][shared] if "effective" in rates.columns else np.zeros(len(shared), np.int64)
    instants = np.where(instants == PAST, 0, instants)
    sort = np.lexsort((shared, instants, rates.keys[shared]))
    shared, instants = shared[sort], instants[sort]
    again = np.full(len(shared), False)
    again[1:] = (np.diff(rates.keys[shared]) == 0) & (np.diff(instants) == 0)
    heads = np.maximum.accumulate(np.where(again, 0, np.arange(len(shared))))
    rows, firsts = shared[again], shared[heads[again]]
    sort = np.argsort(rows)
    return rows[sort], firsts[sort]
