"""What was decoded lately, kept in this process: bounded, oldest use goes first, safe between threads."""

import threading
from collections import OrderedDict


class Recent:
    """A bounded mapping. Keys begin with a card's id, so that equal content of two tenants is never one entry."""

    def __init__(self, size: int):
        self.size, self.lock, self.entries = size, threading.Lock(), OrderedDict()

    def get(self, key):
        """The value kept under a key, or None."""
        with self.lock:
            if key in self.entries:
                self.entries.move_to_end(key)
            return self.entries.get(key)

    def put(self, key, value) -> None:
        with self.lock:
            self.entries[key] = value
            self.entries.move_to_end(key)
            while len(self.entries) > self.size:
                self.entries.popitem(last=False)

    def clear(self) -> None:
        with self.lock:
            self.entries.clear()
