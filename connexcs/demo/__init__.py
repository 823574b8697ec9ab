"""The demo world."""


def load_world() -> list[dict]:
    return []
