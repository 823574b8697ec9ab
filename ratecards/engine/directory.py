"""The table of contents of one published revision: which chunks it consists of, and what stands above them.

One decoded chunk answers every number that falls into it. Let x be a number, c the last chunk whose first key is
not after x, and r any row that starts x. Rows after c have greater keys than x, so r lies in c or before it; if
before, r covers x and begins before c's first key, so it covers that key too. Such rows, the *spine*, are kept here
as a small table. A row of c that starts x begins after those of the spine that cover c, so it is longer: it wins,
and only where c has none the longest match in the spine is the answer. (Further spine rows do no harm: they are
rows of the card.)

Stored form: BLAKE2b-128 of all that follows, with the body as it is before zlib. In the clear: version u8 ("e"), number
of chunks u32, for all chunks the digests of shape and prices: nothing could press them, and so the database finds by
itself to which revisions a chunk belongs. Then zlib of the body: sizes of the spine's two payloads u32; for all chunks
first keys i64 and rows u16 as byte planes; for the spine the digests of shape and prices, and its two payloads.
"""

import struct
import zlib
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

from ratecards.engine import chunks, planes
from ratecards.engine.chunks import DIGEST_BYTES, Damaged, Part
from ratecards.engine.table import RateTable

_HEADER = struct.Struct("<cI")
_SIZES = struct.Struct("<II")
_PAIR = 2 * DIGEST_BYTES


@dataclass(frozen=True, eq=False)
class Directory:
    """A revision's chunks in key order (pairs of digests, first keys, row counts) and the spine above them."""

    digests: tuple[tuple[bytes, bytes], ...]
    first_keys: np.ndarray
    counts: np.ndarray
    spine: RateTable

    def __len__(self):
        return len(self.digests)

    @cached_property
    def starts(self):
        """The row number at which every chunk begins, and the number of all rows at the end."""
        return np.array([0, *accumulate(self.counts.tolist())], dtype=np.int64)

    @property
    def rows(self):
        """The number of rates of the revision."""
        return int(self.starts[-1])

    @cached_property
    def content(self):
        """The digest (16 bytes) of everything the revision says: equal content, equal digest."""
        presented = ",".join(self.spine.presented).encode()
        return chunks.digest_of(presented + b"".join(shape + prices for shape, prices in self.digests))

    def chunk_of_row(self, row):
        """Return (chunk, row inside it) of a row number; raises IndexError outside 0 <= row < rows."""
        if not 0 <= row < self.rows:
            raise IndexError(f"there is no row {row} among {self.rows}")
        chunk = int(np.searchsorted(self.starts, row, "right")) - 1
        return chunk, row - int(self.starts[chunk])

    def chunk_of_key(self, key):
        """Return the one chunk that can hold a key, which is the last that begins not after it; -1 before the first."""
        return int(np.searchsorted(self.first_keys, key, "right")) - 1

    def chunks_between(self, first, end):
        """Return the range of chunks that can hold keys k with first <= k < end."""
        return range(max(self.chunk_of_key(first), 0), int(np.searchsorted(self.first_keys, end, "left")))


def build_directory(table, pieces):
    """Return the directory of a table and of its chunks as `chunks.encode` gave them."""
    counts = np.array([piece.rows for piece in pieces], dtype=np.int64)
    open_rows = table.ancestors[np.cumsum(counts) - counts]
    spine = set()
    while (open_rows := open_rows[open_rows >= 0]).size:
        spine.update(open_rows.tolist())
        open_rows = table.ancestors[open_rows]
    return Directory(
        digests=tuple((piece.shape.digest, piece.prices.digest) for piece in pieces),
        first_keys=np.array([piece.first_key for piece in pieces], dtype=np.int64),
        counts=counts,
        spine=table.take(np.array(sorted(spine), dtype=np.int64)),
    )


def encode(directory):
    """Return the stored bytes of a directory."""
    spine = chunks.encode_one(directory.spine)
    clear = _HEADER.pack(b"e", len(directory)) + b"".join(shape + prices for shape, prices in directory.digests)
    body = b"".join(
        (
            _SIZES.pack(len(spine.shape.payload), len(spine.prices.payload)),
            planes.to_planes(directory.first_keys.astype("<u8")),
            planes.to_planes(directory.counts.astype("<u2")),
            spine.shape.digest + spine.prices.digest,
            spine.shape.payload + spine.prices.payload,
        )
    )
    return chunks.digest_of(clear + body) + clear + zlib.compress(body, 6)


def decode(stored):
    """Return the directory of its stored bytes; raises Damaged."""
    stored = bytes(stored)
    digests = DIGEST_BYTES + _HEADER.size
    if len(stored) < digests:
        raise Damaged("the directory of a revision is incomplete")
    version, count = _HEADER.unpack_from(stored, DIGEST_BYTES)
    if version != b"e":
        raise Damaged(f"the directory of a revision has format {version!r}, expected was b'e'")
    end = digests + count * _PAIR
    body = chunks.inflate(stored[end:])
    if chunks.digest_of(stored[DIGEST_BYTES:end] + body) != stored[:DIGEST_BYTES]:
        raise Damaged("the directory of a revision does not have its digest")
    place = _SIZES.size
    return Directory(
        digests=tuple(_pair(stored, digests + _PAIR * number) for number in range(count)),
        first_keys=planes.from_planes(body, place, count, 8).astype(np.int64),
        counts=planes.from_planes(body, place + count * 8, count, 2).astype(np.int64),
        spine=_spine(body[place + count * 10 :], *_SIZES.unpack_from(body)),
    )


def _pair(stored, place):
    middle = place + DIGEST_BYTES
    return stored[place:middle], stored[middle : middle + DIGEST_BYTES]


def _spine(stored, first_size, second_size):
    shape, prices = _pair(stored, 0)
    payloads = stored[_PAIR : _PAIR + first_size + second_size]
    return chunks.decode(Part(shape, payloads[:first_size]), Part(prices, payloads[first_size:]))
