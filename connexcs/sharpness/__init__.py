"""How sharp the tests are: each guard is taken away in turn, and a test must go red. `manage.py sharpness` does it."""

import queue
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

from connexcs.embedded import ROOT
from connexcs.sharpness import law, people, policies, reading, requests
from connexcs.sharpness.patch import Patch
from connexcs.sharpness.trial import Verdict, copy_of_the_tree, run, try_sources

PATCHES: dict[str, Patch] = {
    one.name: one for module in (reading, requests, people, policies, law) for one in module.PATCHES
}
SHARED = 25  # patches of the database that one process tries


def verdicts(patches: Iterable[Patch], *, workers: int = 1, seconds: float = 300) -> Iterator[Verdict]:
    """Try each patch, `workers` processes at a time, none longer than that for one patch of sources or for one batch
    of the database's. A test that is red without the patch kills nothing: at the end each killer is run without it."""
    patches = list(patches)
    database = [one for one in patches if one.sql]
    batches = [database[start : start + SHARED] for start in range(0, len(database), SHARED)]
    with ExitStack() as stack, ThreadPoolExecutor(workers) as pool:
        copies: queue.SimpleQueue = queue.SimpleQueue()
        for _ in range(workers):
            copies.put(stack.enter_context(copy_of_the_tree()))
        running = [
            pool.submit(in_turn, copies, lambda copy, batch=batch: run(copy, batch, seconds)) for batch in batches
        ]
        running += [pool.submit(in_turn, copies, lambda copy, one=one: [try_sources(one, copy, seconds)])
                    for one in patches if one.edits]  # fmt: skip
        for future in running:
            yield from future.result()


def in_turn(copies, work):
    copy = copies.get()
    try:
        return work(copy)
    finally:
        copies.put(copy)


def red_without(found: Iterable[Verdict], seconds: float) -> set[str]:
    """Of these verdicts the names of those whose killing test fails, or has no answer, without any patch."""
    killed = [one for one in found if one.killed_by]
    if not killed:
        return set()
    plain = [Patch(one.name, "", (one.killed_by,)) for one in killed]
    return {one.name for one in run(ROOT, plain, seconds) if not one.survived}


def confirmed(found: list[Verdict], seconds: float) -> list[Verdict]:
    """The verdicts, with those taken back whose test is red anyway."""
    red = red_without(found, seconds)
    return [replace(one, killed_by=None, error=f"{one.killed_by} is red without the patch") if one.name in red else one
            for one in found]  # fmt: skip
