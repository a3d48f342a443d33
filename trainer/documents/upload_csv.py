"""Reading CSV as people have it: any usual encoding and separator, and quotation marks that belong to the text.

A quotation mark opens a cell only if a second one closes it before the next separator or line end. Any other quotation
mark is text, so that one forgotten mark costs nobody the row. A closed cell of several lines is taken for text too, if
one of its lines has as many cells as most lines of the file: then the marks stand in two different rows.

Files without a byte order mark that are no UTF-8 are read in the single-byte encoding in which most words look like
words of Kazakh or Russian: a capital or small letter followed by small ones, or capitals only.
"""

import re
from collections.abc import Iterator
from statistics import mode

from trainer.documents.upload_limits import (
    LIST_LIMITS,
    Table,
    TableReadProblem,
    TableUnreadable,
    collect_limited_rows,
)
from trainer.language.collation import KAZAKH_ALPHABET

SEPARATORS = ";\t,"
FORMULA_GUARD = re.compile(r"'+[=+\-@\t\r]")  # apostrophe that escapes a formula
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0e-\x1f]")
# KZ-1048 differs from Windows-1251 in the Kazakh letters only; of two encodings that fit equally the first is taken.
SINGLE_BYTE_ENCODINGS = ("cp1251", "kz1048", "koi8-r", "cp866", "mac_cyrillic")
SAMPLE_BYTES = 100_000
MIN_BYTES_PER_ZERO = 10  # of UTF-16: separators, digits and line ends have a zero byte each
MAX_DAMAGED_SHARE = 0.2  # of the letters outside ASCII, in a file that is UTF-8 otherwise
SMALL, CAPITAL = KAZAKH_ALPHABET, KAZAKH_ALPHABET.upper()
WORD = re.compile(r"[^\W\d_]+|[^\w\s!-~«»№–—…“”’]")
PLAUSIBLE_WORD = re.compile(f"[{SMALL}{CAPITAL}][{SMALL}]*|[{CAPITAL}]+|[A-Za-z]+|[«»№–—…“”’]")


def parse_csv_tables(content: bytes) -> dict[str, Table]:
    """Return the tables that a CSV file may contain, by separator: split at each usual one. Raises TableUnreadable.

    Of these, only such with several columns count, if there are any, and only such within the limits.
    """
    text = decode_table_text(content)
    tables: dict[str, Table] = {}
    problems = []
    for separator in SEPARATORS:
        try:
            tables[separator] = parse_csv_table(text, separator)
        except TableUnreadable as problem:
            problems.append(problem)
    wide = {separator: table for separator, table in tables.items() if any(len(row) > 1 for row in table)}
    if problems and not wide:
        raise problems[0]
    return wide or dict(list(tables.items())[:1])


def decode_table_text(content: bytes) -> str:
    """Decode a text file. Raises TableUnreadable for one that is no text."""
    encoding = find_wide_encoding(content)
    try:
        text = content.decode(encoding) if encoding else decode_narrow_text(content)
    except UnicodeDecodeError as error:
        raise TableUnreadable(TableReadProblem.NO_TABLE) from error
    if CONTROL_CHARACTER.search(text):
        raise TableUnreadable(TableReadProblem.NO_TABLE)
    return text


def find_wide_encoding(content: bytes) -> str:
    """Return which UTF-16 a file is, by its byte order mark or its zero bytes; empty if it is none."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = content[:SAMPLE_BYTES]
    high_first, low_first = sample[::2].count(0), sample[1::2].count(0)
    if (high_first + low_first) * MIN_BYTES_PER_ZERO < len(sample):
        return ""
    return "utf-16-be" if high_first > low_first else "utf-16-le"


def decode_narrow_text(content: bytes) -> str:
    """Decode a file as UTF-8, although some letters may be damaged, else in the most plausible single-byte encoding."""
    text = content.decode("utf-8-sig", "replace")
    letters = sum(not character.isascii() for character in text)
    if text.count("\ufffd") <= letters * MAX_DAMAGED_SHARE:
        return text
    sample = content[:SAMPLE_BYTES]
    return content.decode(max(SINGLE_BYTE_ENCODINGS, key=lambda name: rate_decoded_text(sample, name)), "replace")


def rate_decoded_text(content: bytes, encoding: str) -> float:
    """Return the share of letters that stand in plausible words, between 0 and 1."""
    words = [word for word in WORD.findall(content.decode(encoding, "replace")) if not word.isascii()]
    plausible = sum(len(word) for word in words if PLAUSIBLE_WORD.fullmatch(word))
    return plausible / (sum(len(word) for word in words) or 1)


def parse_csv_table(text: str, separator: str) -> Table:
    """Return the rows and cells of a CSV text. Raises TableUnreadable."""
    rows = collect_limited_rows(iterate_csv_rows(text, separator))
    return [[cell[1:] if FORMULA_GUARD.match(cell) else cell for cell in row] for row in rows]


def iterate_csv_rows(text: str, separator: str) -> Iterator[list[str]]:
    """Yield the rows of a CSV text as lists of cells."""
    column_count = find_column_count(text, separator)
    boundary = re.compile(rf"[{separator}\r\n]|\Z")
    quoted_cell = re.compile(rf' *"((?:[^"]|""){{0,{2 * LIST_LIMITS.cell_letters}}}+)" *(?=[{separator}\r\n]|\Z)')
    position = 0
    row: list[str] = []
    while position < len(text) or row:
        quoted = quoted_cell.match(text, position)
        if quoted and not has_row_inside(quoted[1], separator, column_count):
            row.append(quoted[1].replace('""', '"'))
            position = quoted.end()
        else:
            start, position = position, next(boundary.finditer(text, position)).start()
            row.append(text[start:position])
        if not text.startswith(separator, position):
            yield row
            row = []
        position += 2 if text.startswith("\r\n", position) else 1


def find_column_count(text: str, separator: str) -> int:
    """Return how many cells most lines have."""
    return mode([line.count(separator) + 1 for line in text.splitlines() if line.strip()] or [1])


def has_row_inside(cell: str, separator: str, column_count: int) -> bool:
    """Return whether a line inside a cell, after its first line, has as many cells as the file has columns."""
    return column_count > 1 and any(line.count(separator) + 1 == column_count for line in cell.splitlines()[1:])
