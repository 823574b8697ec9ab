"""The rates of plain lines as arrays: put together, and those of a prefix that stands twice told from the first."""

from typing import NamedTuple

import numpy as np

from accounts.sheets.basics import Line
from ratecards.engine import keys as prefix_keys
from ratecards.engine.numbers import shown
from ratecards.sheets.dates import PAST
from ratecards.sheets.swift import line_at


class Listed(NamedTuple):
    """One rate a line: the number of its line, the byte of the file where that begins, its key, its columns."""

    numbers: np.ndarray
    places: np.ndarray
    keys: np.ndarray
    columns: dict[str, np.ndarray]


SMALL = frozenset({"name", "mcd", "pulse", "grace"})  # columns of numbers that 32 bits hold


def small(columns):
    """Return columns in as few bytes as a rate table keeps them: fresh memory is what long lists cost most."""
    return {name: values.astype(np.int32) if name in SMALL else values for name, values in columns.items()}


def together(parts):
    """Return Listed parts as one; the list is emptied, so that no more than one column is held twice."""
    arrays = [[*part[:3]] for part in parts]
    columns = [dict(part.columns) for part in parts]
    parts.clear()
    whole = [np.concatenate([array.pop(0) for array in arrays]) for _ in range(3)]
    names = list(columns[0])
    return Listed(*whole, {name: np.concatenate([part.pop(name) for part in columns]) for name in names})


def by_line(rates):
    """Return rates in the order of their lines."""
    if (rates.numbers[1:] > rates.numbers[:-1]).all():
        return rates
    order = np.argsort(rates.numbers, kind="stable")
    arrays = (values[order] for values in rates[:3])
    return Listed(*arrays, {name: values[order] for name, values in rates.columns.items()})


def first_ones(rates, layout, path, most):
    """Return (keys, columns) of the rates whose prefix stands for the first time at its time, by key, and at most
    `most` others as refused Lines, whose text is read from the file again. The rates are in the order of their lines.
    """
    order = np.argsort(rates.keys, kind="stable")
    rows, firsts = _again(rates, order)
    twice = _refused(rates, rows[:most], firsts[:most], layout, path) if rows.size else []
    if rows.size:
        fresh = np.full(len(order), True)
        fresh[rows] = False
        order = order[fresh[order]]
    if (order == np.arange(len(rates.keys))[: len(order)]).all():
        order = slice(len(order))
    return rates.keys[order], {name: values[order] for name, values in rates.columns.items()}, twice


def _refused(rates, rows, firsts, layout, path):
    column, found = layout.columns[layout.column_of("prefix")], []
    with open(path, "rb") as file:
        for row, first in zip(rows.tolist(), firsts.tolist(), strict=True):
            prefix = shown(prefix_keys.decode(rates.keys[row]))
            reason = f"The prefix {prefix} stands in line {rates.numbers[first]} already."
            raw = line_at(file, int(rates.places[row]), layout.encoding)
            found.append(Line(int(rates.numbers[row]), column, reason, "duplicate", raw))
    return found


def _again(rates, order):
    """Return the rows of rates whose prefix stood before at the same time, and of where it stood first; `order` is that
    of the keys."""
    same, shared = np.diff(rates.keys[order]) == 0, np.full(len(order), False)
    shared[1:] |= same
    shared[:-1] |= same
    rows = order[shared]
    instants = rates.columns["effective"][rows] if "effective" in rates.columns else np.zeros(len(rows), np.int64)
    instants = np.where(instants == PAST, 0, instants)
    sort = np.lexsort((rows, instants, rates.keys[rows]))
    rows, instants = rows[sort], instants[sort]
    again = np.full(len(rows), False)
    again[1:] = (np.diff(rates.keys[rows]) == 0) & (np.diff(instants) == 0)
    heads = np.maximum.accumulate(np.where(again, 0, np.arange(len(rows))))
    sort = np.argsort(rows[again])
    return rows[again][sort], rows[heads[again]][sort]
