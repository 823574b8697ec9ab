"""The world a bench measures in: a database of its own, kept for the next run, never one that people use."""

import contextlib
import copy
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.models import User
from connexcs.database import maintenance
from connexcs.embedded import ROOT, Trouble
from connexcs.scale import Size, seed_world
from connexcs.scale.people import KINDS, address
from resellers.models import CompanyClosure

FULL = {"companies": 2_000, "customers": 500_000, "cards": 2_000, "rates": 1_000_000}
LEAST = {"companies": 100, "customers": 5_000, "cards": 100, "rates": 5_000}  # so that every page is full
PREFIX = "connexcs_bench_"
APPS = ("accounts", "resellers", "ratecards", "connexcs")
SOURCES = ("**/migrations/*.py", "sql/*.sql", "tables.py", "tenancy.py", "rowsecurity.py", "scale/*.py")


def size_of(scale: float, seed: int) -> Size:
    return Size(**{name: max(LEAST[name], int(number * scale)) for name, number in FULL.items()}, seed=seed)


def prices_of(scale: float, seed: int) -> Size:
    """Few companies, and the largest card as large as ever."""
    return replace(size_of(0.001, seed), rates=size_of(scale, seed).rates)


@dataclass(frozen=True)
class World:
    """One seeded database: `login` as the panel connects, `owner` past row security. Both keep their connection."""

    size: Size
    login: BaseDatabaseWrapper
    owner: BaseDatabaseWrapper
    small: "World | None" = None  # the same at a hundredth of the size, where a bench compares the two

    @contextlib.contextmanager
    def through(self, wrapper: BaseDatabaseWrapper) -> Iterator[None]:
        """Inside, every query of the panel's code goes to this database as this role."""
        before = connections["default"]
        connections["default"] = wrapper
        try:
            yield
        finally:
            connections["default"] = before

    def user(self, kind: str) -> User:
        """The login of one kind: admin, support, big, small, root …"""
        return self.users[kind]

    @cached_property
    def users(self) -> dict[str, User]:
        addresses = {address(self.size, kind): kind for kind in KINDS}
        with self.through(self.owner):
            found = User.objects.filter(email__in=addresses).select_related("company")
            return {addresses[user.email]: user for user in found}

    def below(self, kind: str) -> list[int]:
        """The ids of that user's company and of all below it."""
        return self.reach[kind]

    @cached_property
    def reach(self) -> dict[str, list[int]]:
        with self.through(self.owner):
            return {kind: sorted(CompanyClosure.objects.filter(ancestor=user.company_id).values_list("descendant", flat=True))
                    for kind, user in self.users.items()}  # fmt: skip

    def close(self) -> None:
        for wrapper in (self.login, self.owner, *((self.small.login, self.small.owner) if self.small else ())):
            wrapper.close()


@contextlib.contextmanager
def opened(scale: float, seed: int, *, people=True, here=False, tell: Callable = lambda text: None) -> Iterator[World]:
    """The world of this scale, made unless an earlier run left it.

    `people`: with all companies and customers, and a world of a hundredth beside it; else with the prices alone.
    `here` takes the database of the settings, in which `seed_scale` loaded that seed; nothing is left in it then but
    sessions of the synthetic users. Raises Trouble.
    """
    if here:
        world = connected(connections["owner"].settings_dict["NAME"], size_of(scale, seed))
        if not world.users:
            raise Trouble(f"no world of seed {seed} is here: load one with seed_scale --seed {seed}.")
    else:
        small = connected(*kept(size_of(scale / 100, seed), tell)) if people else None
        world = connected(*kept(size_of(scale, seed) if people else prices_of(scale, seed), tell), small=small)
    try:
        with world.through(world.login):
            yield world
    finally:
        world.close()


def connected(name: str, size: Size, small: World | None = None) -> World:
    return World(size, *(wrapper(alias, name) for alias in ("default", "owner")), small)


def wrapper(alias: str, name: str) -> BaseDatabaseWrapper:
    """A connection of its own to a database of the server in the settings, under the name that the panel's code asks."""
    original = connections[alias]
    return type(original)(copy.deepcopy(original.settings_dict) | {"NAME": name}, "default")


def kept(size: Size, tell: Callable) -> tuple[str, Size]:
    """(name of the database, its size); worlds of other code of ours are dropped, one half made is made anew."""
    name = f"{PREFIX}{fingerprint(size)}"
    with contextlib.closing(maintenance()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
            cursor.execute(
                "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE starts_with(datname, %s)",
                [PREFIX],
            )
            known = dict(cursor.fetchall())
            if known.get(name) != code_mark():
                for old, mark in known.items():
                    if mark != code_mark():
                        cursor.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
                fill(name, size, tell)
                cursor.execute(f'COMMENT ON DATABASE "{name}" IS %s', [code_mark()])
    return name, size


def fill(name: str, size: Size, tell: Callable) -> None:
    tell(f"making the world {size} (once)")
    with renamed(name):
        call_command("migrate", verbosity=0, interactive=False)
        seed_world(size, tell)


@contextlib.contextmanager
def renamed(name: str) -> Iterator[None]:
    """Inside, both aliases of the settings lead to another database of the same server."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    try:
        for alias in before:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
        yield
    finally:
        for alias, old in before.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = old


def fingerprint(size: Size) -> str:
    return hashlib.sha256(repr(size).encode()).hexdigest()[:12]


def code_mark() -> str:
    """Changes with everything that makes schema, rights or the world itself."""
    digest = hashlib.sha256(settings.LOGIN_ROLE.encode())
    files = {file for app in APPS for pattern in SOURCES for file in (ROOT / app).glob(pattern)}
    for file in sorted(files):
        digest.update(bytes(file.relative_to(ROOT)) + b"\0" + file.read_bytes())
    return digest.hexdigest()
