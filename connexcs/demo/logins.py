"""The demo's passwords and whether its world is complete, in a file that only our own account can read."""

import json
import os
import secrets
from pathlib import Path

WORDS = (
    "acorn", "amber", "anchor", "apricot", "autumn", "bamboo", "barley", "basil", "beacon", "birch", "bonfire", "breeze",
    "bridge", "bronze", "cabin", "candle", "canyon", "cedar", "cherry", "cinnamon", "clover", "cobble", "comet", "copper",
    "coral", "cotton", "cricket", "crystal", "dahlia", "daisy", "delta", "desert", "dolphin", "dragon", "ember", "falcon",
    "feather", "fennel", "fern", "fiddle", "forest", "fossil", "garden", "ginger", "glacier", "granite", "harbor", "hazel",
    "heron", "honey", "indigo", "island", "ivory", "jasmine", "juniper", "kettle", "lagoon", "lantern", "laurel", "lemon",
    "linen", "lotus", "maple", "marble", "meadow", "mellow", "mineral", "mirror", "mosaic", "nectar", "nutmeg", "oasis",
    "ocean", "olive", "opal", "orchard", "otter", "pebble", "pepper", "pigeon", "planet", "plum", "poppy", "prairie",
    "quartz", "quill", "rabbit", "raven", "ribbon", "river", "rocket", "rose", "saffron", "sailor", "sandal", "satin",
    "shadow", "silver", "sparrow", "spruce", "summit", "sunset", "thistle", "thunder", "timber", "topaz", "tulip", "tundra",
    "velvet", "violet", "walnut", "willow", "winter", "zephyr",
)  # fmt: skip


class Logins:
    """{e-mail: password}, made once; and the mark of the world they belong to, written when that is complete."""

    def __init__(self, path: Path):
        self.path = path
        content = json.loads(path.read_text()) if path.exists() else {}
        self.world: str = content.get("world", "")
        self.passwords: dict[str, str] = content.get("passwords", {})

    def make(self, emails: list[str]) -> set[str]:
        """Give everybody a password who has none yet, and keep all; returns the new ones' addresses."""
        new = set(emails) - self.passwords.keys()
        self.passwords |= {email: password() for email in sorted(new)}
        self.write()
        return new

    def finish(self, world: str) -> None:
        self.world = world
        self.write()

    def write(self) -> None:
        """In one step: a killed load leaves the old file or the new one."""
        new = self.path.with_suffix(".new")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump({"world": self.world, "passwords": self.passwords}, file, indent=1)
        new.replace(self.path)


def password() -> str:
    """Easy to read and type, such as amber-quill-lagoon-47."""
    return "-".join([*(secrets.choice(WORDS) for _ in range(3)), str(secrets.randbelow(90) + 10)])
