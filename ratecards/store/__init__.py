"""The only reader and writer of chunks: price lists as tables in, tables, pages and single rates out.

Every reader asks both locks: the log of activations in the application, row security in the database. A revision that
may not be read is Revision.DoesNotExist, one that cannot be read is Damaged; neither is ever half an answer. Decoded
chunks stay in the process under the card and the digest of their content; who may see a card is asked in every unit.
"""

from ratecards.engine.chunks import Damaged
from ratecards.engine.folding import joined_over
from ratecards.store.across import find_active, find_in
from ratecards.store.comparing import columns_of, compare
from ratecards.store.drafts import effective, folded, to_fold
from ratecards.store.drawn import Drawn, Work, drawn
from ratecards.store.prices import Prices
from ratecards.store.reading import below, count, find, find_many, load, named, row_at, rows
from ratecards.store.searching import search_name, search_number, search_prefix
from ratecards.store.writing import Encoded, copy, copy_to_card, drop, encoded, lock_card, write

__all__ = ["Damaged", "Drawn", "Encoded", "Prices", "below", "columns_of", "compare", "copy", "copy_to_card", "count", "drawn", "drop", "effective", "encoded", "find", "find_active", "find_in", "find_many", "folded",
           "joined_over", "load", "lock_card", "named", "row_at", "rows", "search_name",
           "search_number", "search_prefix", "to_fold", "write", "Work"]  # fmt: skip
