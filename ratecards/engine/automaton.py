"""An expression as a table of steps, and which prefixes it fits: one look-up a digit for all of them at once.

Built after Glushkov: each digit that stands in the expression is a place, and a state is the set of places that the
digits read so far can have led to (an integer, one bit a place). The number of states is bounded; what would need more
is refused, so neither the building nor the matching can take long, whatever was typed.
"""

from typing import NamedTuple

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.numbers import Refused
from ratecards.engine.patterns import Digit, Either, Join, leading

MAX_STATES = 2000


class Automaton(NamedTuple):
    """`steps[state, digit + 1]` is the next state, column 0 ("ended") the same one; every match begins with `start`."""

    start: str
    steps: np.ndarray
    accepts: np.ndarray


def automaton(tree, begins):
    """Return the `Automaton` of an expression's tree; with `begins` whatever begins with a match fits, too.

    Raises Refused (rule_match) beyond MAX_STATES states.
    """
    graph = _Graph(tree)
    numbers, queue, steps, accepts = {1: 0}, [1], [], []
    for number, state in enumerate(queue):
        accepts.append(bool(state & graph.last))
        if begins and accepts[-1]:
            steps.append([number] * 11)
            continue
        reached = graph.after(state)
        row = [number]
        for places in graph.of_digit:
            if reached & places not in numbers:
                numbers[reached & places] = len(numbers)
                queue.append(reached & places)
            row.append(numbers[reached & places])
        steps.append(row)
        if len(numbers) > MAX_STATES:
            raise Refused("rule_match", "The expression has too many ways to match: write it as several simpler ones.")
    return Automaton(leading(tree), np.array(steps, dtype=np.int16), np.array(accepts, dtype=np.bool_))


def fits(machine, keys):
    """Return (first, mask): which of the sorted keys from position `first` on an automaton fits; none elsewhere."""
    start = prefix_keys.encode(machine.start)
    end = start + int(prefix_keys.POWERS[prefix_keys.PLACES - len(machine.start)])
    first, last = np.searchsorted(keys, (start, end)).tolist()
    rest = keys[first:last]
    state = np.zeros(len(rest), dtype=np.int16)
    for power in prefix_keys.POWERS[prefix_keys.PLACES - 1 :: -1]:
        digit, rest = np.divmod(rest, power)
        state = machine.steps[state, digit]
        if not rest.any():
            break
    return first, machine.accepts[state]


class _Graph:
    """The places of a tree: which follow which, which digits lead to which, where a match may end.

    Place 0 is where every match begins; sets of places are integers, one bit a place.
    """

    def __init__(self, tree):
        self.follow = [0]
        self.of_digit = [0] * 10
        empty, first, last = self.add(tree)
        self.follow[0] = first
        self.last = last | empty

    def after(self, state):
        """Return every place that can follow one of a state's."""
        reached = 0
        while state:
            lowest = state & -state
            reached |= self.follow[lowest.bit_length() - 1]
            state ^= lowest
        return reached

    def add(self, tree):
        """Return (1 if it matches nothing too else 0, the places it may begin with, those it may end with)."""
        match tree:
            case Digit(of):
                return self.add_digit(of)
            case Join(parts):
                return self.add_join(parts)
            case Either(branches):
                empties, firsts, lasts = zip(*map(self.add, branches), strict=True)
                return int(any(empties)), _union(firsts), _union(lasts)
        return self.add_repeat(*tree)

    def add_digit(self, of):
        place = 1 << len(self.follow)
        self.follow.append(0)
        for digit in of:
            self.of_digit[int(digit)] |= place
        return 0, place, place

    def add_join(self, parts):
        empty, first, last = 1, 0, 0
        for part in parts:
            one_empty, one_first, one_last = self.add(part)
            self.connect(last, one_first)
            first |= one_first if empty else 0
            last = one_last | (last if one_empty else 0)
            empty &= one_empty
        return empty, first, last

    def add_repeat(self, part, low, high):
        """Write the part out as often as it must and may stand; the last one goes round where there is no end."""
        written = max(low, 1) if high is None else high
        empty, first, last = 1, 0, 0
        for number in range(written):
            one_empty, one_first, one_last = self.add(part)
            self.connect(last, one_first)
            optional = one_empty or number >= low
            first |= one_first if empty else 0
            last = one_last | (last if optional else 0)
            empty &= int(optional)
        if high is None:
            self.connect(one_last, one_first)
        return empty, first, last

    def connect(self, before, after):
        while before:
            lowest = before & -before
            self.follow[lowest.bit_length() - 1] |= after
            before ^= lowest


def _union(sets):
    whole = 0
    for one in sets:
        whole |= one
    return whole
