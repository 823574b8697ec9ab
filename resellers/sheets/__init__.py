"""Reading sheets of customers: a file becomes a layout that can be seen and corrected, then rows of plain values.

recognise(path) says how a file is laid out, chunks(path, layout) reads it, preview(path, layout) shows it. Nothing here
knows a company, a user or a database, so no column of a file can say to whom a customer belongs.
"""

from resellers.sheets.layout import FIELDS, CustomerLayout
from resellers.sheets.reader import CHUNK, Chunk, Row, chunks, preview
from resellers.sheets.recognition import check_file, recognise

__all__ = [
    "CHUNK",
    "FIELDS",
    "Chunk",
    "CustomerLayout",
    "Row",
    "check_file",
    "chunks",
    "preview",
    "recognise",
]
