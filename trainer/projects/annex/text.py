"""The text of a Word file as people see it: paragraphs and tables in their order, with tracked changes accepted.

A paragraph is one line or, with line breaks in it, several. Superscript digits are marks of footnotes and left out; hidden text too.
Text boxes and content controls are read where they stand. Tables inside a cell are lines of the cell, and tables of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from trainer.projects.annex.archive import WORD, open_word_file
from trainer.web.text import clean_free_text

MAX_NESTED_TABLES = 4
SKIPPED = {
    f"{WORD}{name}"
    for name in ("del", "moveFrom", "delText", "instrText", "pPr", "rPr", "tblPr", "tblGrid", "sdtPr", "sdtEndPr")
}
CHANGE_MARKS = ("ins", "del", "moveFrom", "moveTo")


@dataclass(frozen=True)
class Cell:
    """A table cell: its lines, the first column that it covers and how many, and whether it continues the cell above."""

    lines: list[str]
    column: int
    width: int = 1
    continues: bool = False

    @property
    def text(self) -> str:
        """Return the lines as one text."""
        return " ".join(line for line in self.lines if line)


@dataclass(frozen=True)
class WordTable:
    """A table: its number in the file, counted from 1, and its rows."""

    number: int
    rows: list[list[Cell]]


@dataclass
class WordText:
    """Paragraphs (as texts) and tables in the order of the file, and whether changes were tracked in it."""

    blocks: list[str | WordTable] = field(default_factory=list)
    has_tracked_changes: bool = False


def read_word_text(content: bytes) -> WordText:
    """Return the text of a .docx. Raises AnnexUnreadable."""
    document, numbering = open_word_file(content)
    reader = WordTextReader(find_decimal_lists(numbering))
    body = document.find(f"{WORD}body")
    if body is not None:
        reader.read_blocks(body)
    reader.text.has_tracked_changes = any(document.find(f".//{WORD}{mark}") is not None for mark in CHANGE_MARKS)
    return reader.text


def find_decimal_lists(numbering: Any) -> set[str]:
    """Return the identifiers of the lists whose first level is numbered 1, 2, 3."""
    if numbering is None:
        return set()
    decimal = {
        abstract.get(f"{WORD}abstractNumId")
        for abstract in numbering.iter(f"{WORD}abstractNum")
        for level in abstract.findall(f"{WORD}lvl")[:1]
        for number_format in level.findall(f"{WORD}numFmt")
        if number_format.get(f"{WORD}val") == "decimal"
    }
    return {
        number.get(f"{WORD}numId")
        for number in numbering.findall(f"{WORD}num")
        for reference in number.findall(f"{WORD}abstractNumId")
        if reference.get(f"{WORD}val") in decimal
    }


class WordTextReader:
    """Walks through the elements of a document and collects its blocks."""

    def __init__(self, decimal_lists: set[str]) -> None:
        self.text = WordText()
        self.counters = dict.fromkeys(decimal_lists, 0)
        self.table_count = 0

    def read_blocks(self, container: Any, depth: int = 0) -> None:
        """Add the paragraphs and tables of an element to the text."""
        for element in container:
            if element.tag in SKIPPED or not isinstance(element.tag, str):
                continue
            if element.tag == f"{WORD}p":
                self.text.blocks += [line for line in self.read_lines(element) if line]
                for box in list_text_boxes(element):
                    self.read_blocks(box, depth)
            elif element.tag == f"{WORD}tbl":
                self.read_table(element, depth)
            else:
                self.read_blocks(choose_alternative(element), depth)

    def read_table(self, table: Any, depth: int) -> None:
        """Add a table to the text, and after it the tables inside its cells."""
        self.table_count += 1
        number, nested = self.table_count, list[Any]()
        rows = [self.read_row(row, nested, depth) for row in iterate_parts(table, "tr") if not is_deleted_row(row)]
        self.text.blocks.append(WordTable(number, rows))
        for inner in nested:
            self.read_table(inner, depth + 1)

    def read_row(self, row: Any, nested: list[Any], depth: int) -> list[Cell]:
        """Return the cells of a row; tables inside them are added to `nested`."""
        before = row.find(f"{WORD}trPr/{WORD}gridBefore")
        column = get_number(before, 0)
        cells = []
        for element in iterate_parts(row, "tc"):
            properties = element.find(f"{WORD}tcPr")
            span = merge = None
            if properties is not None:
                span, merge = properties.find(f"{WORD}gridSpan"), properties.find(f"{WORD}vMerge")
            width = max(1, min(get_number(span, 1), 60))
            continues = merge is not None and merge.get(f"{WORD}val", "continue") == "continue"
            lines = list(self.read_cell_lines(element, nested, depth))
            cells.append(Cell(lines, column, width, continues))
            column += width
        return cells

    def read_cell_lines(self, container: Any, nested: list[Any], depth: int) -> Iterator[str]:
        """Yield the lines of a cell, empty ones included."""
        for element in container:
            if element.tag in SKIPPED or not isinstance(element.tag, str):
                continue
            if element.tag == f"{WORD}p":
                yield from self.read_lines(element)
                for box in list_text_boxes(element):
                    yield from self.read_cell_lines(box, nested, depth)
            elif element.tag == f"{WORD}tbl":
                if depth < MAX_NESTED_TABLES:
                    nested.append(element)
                    for row in iterate_parts(element, "tr"):
                        for cell in iterate_parts(row, "tc"):
                            yield from self.read_cell_lines(cell, [], depth + 1)
            else:
                yield from self.read_cell_lines(choose_alternative(element), nested, depth)

    def read_lines(self, paragraph: Any) -> list[str]:
        """Return the lines of a paragraph, with its number if the program numbers it."""
        text = clean_free_text("".join(iterate_run_texts(paragraph)))
        return (self.format_number(paragraph, text) + text).split("\n")

    def format_number(self, paragraph: Any, text: str) -> str:
        """Return the number that stands before a paragraph of a numbered list, such as "2. "; empty for others."""
        level = paragraph.find(f"{WORD}pPr/{WORD}numPr/{WORD}ilvl")
        number = paragraph.find(f"{WORD}pPr/{WORD}numPr/{WORD}numId")
        name = "" if number is None else number.get(f"{WORD}val", "")
        if not text or name not in self.counters or get_number(level, 0) > 0:
            return ""
        self.counters[name] += 1
        return f"{self.counters[name]}. "


def iterate_parts(container: Any, name: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, also those inside content controls and tracked insertions."""
    for element in container:
        if element.tag == f"{WORD}{name}":
            yield element
        elif (
            isinstance(element.tag, str)
            and element.tag not in SKIPPED
            and element.tag not in (f"{WORD}tr", f"{WORD}tc")
        ):
            yield from iterate_parts(element, name)


def is_deleted_row(row: Any) -> bool:
    """Return whether a row is deleted by a tracked change."""
    return row.find(f"{WORD}trPr/{WORD}del") is not None


def get_local_name(element: Any) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def choose_alternative(element: Any) -> Any:
    """Return the element, or of several alternatives with the same content the first one."""
    is_alternative = get_local_name(element) == "AlternateContent"
    return element[:1] if is_alternative else element


def list_text_boxes(paragraph: Any) -> list[Any]:
    """Return the contents of the text boxes that are anchored in a paragraph; of alternatives only the first."""
    boxes = []
    for box in paragraph.iter(f"{WORD}txbxContent"):
        ancestors = [get_local_name(ancestor) for ancestor in box.iterancestors()]
        if "Fallback" not in ancestors and not any(ancestor in boxes for ancestor in box.iterancestors()):
            boxes.append(box)
    return boxes


def iterate_run_texts(element: Any) -> Iterator[str]:
    """Yield the texts of an element: runs with tabs and breaks, without text boxes, deletions and hidden text."""
    for child in element:
        if not isinstance(child.tag, str) or child.tag in SKIPPED or child.tag in (f"{WORD}drawing", f"{WORD}pict"):
            continue
        name = get_local_name(child)
        if name == "t":
            yield child.text or ""
        elif name in ("tab", "ptab"):
            yield "\t"
        elif name == "noBreakHyphen":
            yield "-"
        elif name in ("br", "cr"):
            yield " " if child.get(f"{WORD}type") == "page" else "\n"
        elif name == "AlternateContent":
            yield from iterate_run_texts(child[0]) if len(child) else ()
        elif name != "r" or not is_left_out(child):
            yield from iterate_run_texts(child)


def is_left_out(run: Any) -> bool:
    """Return whether a run is hidden, or is the mark of a footnote: superscript digits."""
    properties = run.find(f"{WORD}rPr")
    if properties is None:
        return False
    hidden, raised = properties.find(f"{WORD}vanish"), properties.find(f"{WORD}vertAlign")
    if hidden is not None and hidden.get(f"{WORD}val", "1") not in ("0", "false"):
        return True
    text = "".join(run.itertext()).strip(" *()")
    return raised is not None and raised.get(f"{WORD}val") == "superscript" and (not text or text.isdigit())


def get_number(element: Any, default: int) -> int:
    """Return the value of an element as a number; the default if there is none."""
    value = "" if element is None else element.get(f"{WORD}val", "")
    return int(value) if value.isdecimal() and len(value) < 5 else default
