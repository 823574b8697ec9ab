"""What reading a rate sheet costs, against copying the same file unread."""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from connexcs.bench import busy
from connexcs.bench.measure import Figure, compared
from connexcs.bench.memory import peak_mb
from connexcs.bench.prices import new_card, undone, unit
from connexcs.bench.world import World
from connexcs.scale.prices import price_list
from ratecards import sheets
from ratecards.engine import chunks
from ratecards.engine import keys as prefix_keys
from ratecards.engine.numbers import format_units
from ratecards.services.revisions import add_draft

BAD = 200  # one line of so many: half a percent
FAULTS = ("n/a", "0,01,2", "-0.5", "", "1e-3")
TARGET, TABLE = 2.5, "bench_sheet"


def run(world: World) -> Iterator[Figure]:
    """A sheet of dirty lines, read, every bad line reported, stored as a draft; the limit validates nothing. Then the
    lists of the panel while a worker does it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.csv"
        bad = write_sheet(path, world.size.rates, world.size.seed)
        peak = peak_mb(read_alone, str(path))
        with unit(world) as actor:
            card, layout = new_card(world, actor, "import"), sheets.recognise(path)
            if len(sheets.read(path, layout).refused) != bad:
                raise RuntimeError(f"not exactly the {bad} bad lines were refused")
            make_table(world)
            yield compared(f"import: {world.size.rates:,} lines, {bad:,} bad", partial(imported, card, path, layout),
                           partial(copied, world, path), TARGET, peak_mb=peak)  # fmt: skip
            drop_table(world)
        yield from busy.run(world, path)


def write_sheet(path: Path, lines: int, seed: int) -> int:
    """A comma-separated list of rates; returns how many of its lines are bad."""
    table, bad = price_list(lines, seed), 0
    prices = [format_units(cost) for cost in table.cost.tolist()]
    rows = zip(
        prefix_keys.decode_many(table.keys),
        table.name.tolist(),
        prices,
        table.mcd.tolist(),
        table.pulse.tolist(),
        strict=True,
    )
    with path.open("w", encoding="utf-8") as file:
        file.write("prefix,destination,rate,mcd,pulse\n")
        for place, (prefix, name, price, mcd, pulse) in enumerate(rows):
            if place % BAD == 0:
                price, bad = FAULTS[bad % len(FAULTS)], bad + 1
                price = f'"{price}"'
            file.write(f"{prefix},{table.names[name]},{price},{mcd},{pulse}\n")
    return bad


def imported(card, path: Path, layout) -> None:
    with undone():
        result = sheets.read(path, layout)
        sheets.error_file(result.refused, layout)
        add_draft(card, result.table, refused=len(result.refused))


def read_alone(path: str) -> None:
    """Reading, reporting and encoding, for their memory."""
    layout = sheets.recognise(Path(path))
    result = sheets.read(Path(path), layout)
    sheets.error_file(result.refused, layout)
    chunks.encode(result.table)


def make_table(world: World) -> None:
    with world.owner.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TABLE {TABLE} (prefix text, destination text, rate text, mcd text, pulse text)")


def copied(world: World, path: Path) -> None:
    with world.owner.cursor() as cursor, path.open() as file:
        cursor.copy_expert(f"COPY {TABLE} FROM STDIN (FORMAT csv, HEADER)", file)
        cursor.execute(f"TRUNCATE {TABLE}")


def drop_table(world: World) -> None:
    with world.owner.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")
