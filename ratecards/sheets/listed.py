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


def in_order(rates, order):
    """Return rates in the order of an array's values; equal ones stay as they stand."""
    if (order[1:] >= order[:-1]).all():
        return rates
    return rates.take(np.argsort(order, kind="stable"))


def first_ones(rates, layout, path, most):
    """Return the rates whose prefix stands for the first time at its time, and at most `most` others as refused Lines,
    whose text is read from the file again. The rates are in the order of their keys, those of one key of their lines.
    """
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
    """Return the positions of rates whose prefix stood before at the same time, by line, and where it stood first."""
    same, shared = np.diff(rates.keys) == 0, np.full(len(rates.keys), False)
    shared[1:] |= same
    shared[:-1] |= same
    shared = np.flatnonzero(shared)
    found = rates.keys[shared]
    instants = rates.columns["effective"][shared] if "effective" in rates.columns else np.zeros(len(shared), np.int64)
    instants = np.where(instants == PAST, 0, instants)
    sort = np.lexsort((shared, instants, found))
    again = np.full(len(sort), False)
    again[1:] = (np.diff(found[sort]) == 0) & (np.diff(instants[sort]) == 0)
    heads = np.maximum.accumulate(np.where(again, 0, np.arange(len(sort))))
    rows, firsts = shared[sort][again], shared[sort][heads[again]]
    sort = np.argsort(rates.numbers[rows])
    return rows[sort], firsts[sort]
