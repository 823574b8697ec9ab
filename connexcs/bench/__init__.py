"""What the panel costs, against what a plain query or copy costs in the same run. `manage.py bench` prints it.

A bench is a function in a file of its own: it gets the World it measures in and yields a Figure for each row. Machines
differ and are shared, so no figure is a time: it is the ratio to a limit that was measured at the same moment.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connexcs.bench import access, differences, prices, rating, sheets, world
from connexcs.bench.measure import Figure


@dataclass(frozen=True)
class Bench:
    """`people`: it needs all companies and customers, at full size and at a hundredth; else prices alone are large."""

    run: Callable[[world.World], Iterator[Figure]]
    people: bool = False


BENCHES = {
    "access": Bench(access.run, people=True),
    "store": Bench(prices.store_bytes),
    "build": Bench(prices.build),
    "lookup": Bench(rating.lookup),
    "rate": Bench(rating.rate),
    "import": Bench(sheets.run),
    "diff": Bench(differences.run),
    "page": Bench(prices.page),
}


def figures(
    name: str, *, scale: float = 1.0, seed: int = 1, here=False, tell: Callable = lambda text: None
) -> Iterator[Figure]:
    """The rows of one bench, in the world of this scale (1: the full one). Raises Trouble."""
    bench = BENCHES[name]
    with world.opened(scale, seed, people=bench.people, here=here, tell=tell) as one:
        yield from bench.run(one)
