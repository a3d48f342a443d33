"""Word files written for tests: paragraphs and tables with what real documents have in them."""

import io
import zipfile
from collections.abc import Sequence
from html import escape

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>'
)
KAZAKH_HEADINGS = (
    "Іс-шара",
    "Өткізілу орны",
    "Сандық және сапалық көрсеткіштер",
    "Жоспарланған индикаторлар",
    "Мерзімі",
)
RUSSIAN_HEADINGS = (
    "Мероприятие (краткое описание)",
    "Место проведения",
    "Количественные и качественные показатели (по мероприятиям)",
    "Планируемые индикаторы",
    "Сроки исполнения",
)


def write_run(text: str) -> str:
    """Return a run; line ends become line breaks."""
    return "<w:r>" + "<w:br/>".join(f"<w:t>{escape(line)}</w:t>" for line in text.split("\n")) + "</w:r>"


def write_paragraph(text: str = "", content: str = "", is_numbered: bool = False) -> str:
    """Return a paragraph with a text, or with runs already written."""
    number = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr>' if is_numbered else ""
    return f"<w:p>{number}{content or write_run(text)}</w:p>"


def write_cell(content: str | Sequence[str], properties: str = "") -> str:
    """Return a cell: a text, lines as paragraphs with empty ones between them, or XML that begins with a tag."""
    if isinstance(content, str) and content.startswith("<w:"):
        inner = content
    elif isinstance(content, str):
        inner = write_paragraph(content)
    else:
        inner = write_paragraph().join(write_paragraph(line) for line in content) or write_paragraph()
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def write_row(*cells: str | Sequence[str], properties: str = "") -> str:
    """Return a row of cells; a cell that is written already is taken as it is."""
    written = (cell if isinstance(cell, str) and cell.startswith("<w:tc>") else write_cell(cell) for cell in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(written)}</w:tr>"


def write_table(*rows: str) -> str:
    """Return a table of written rows."""
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def write_document(*blocks: str) -> bytes:
    """Return a .docx of written paragraphs and tables."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f"<w:document {NAMESPACES}><w:body>{''.join(blocks)}</w:body></w:document>"
        )
        archive.writestr("word/numbering.xml", f"<w:numbering {NAMESPACES}>{NUMBERING}</w:numbering>")
    return file.getvalue()


def write_annex(*activities: Sequence[str | Sequence[str]], headings: Sequence[str] = KAZAKH_HEADINGS) -> bytes:
    """Return an annex with one task and these activities: title, place, names, values, period."""
    rows = (write_row(*activity) for activity in activities)
    return write_document(write_paragraph("1 міндет. Үйрету"), write_table(write_row(*headings), *rows))
