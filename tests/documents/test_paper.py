"""Documents: running texts of every page, tables with texts and drawings in their cells, reproducible files."""

import io
from collections.abc import Iterator

import pikepdf
import pypdfium2
import pytest
from flask import Flask
from flask_babel import force_locale

from trainer.documents.flow import Strip, build_reusable_strip, set_text_strips
from trainer.documents.page import CONTENT_RIGHT
from trainer.documents.paper import DocumentHeading, render_document
from trainer.documents.table import Table

pytestmark = pytest.mark.one_database

LONG = "«Маңғыстау облыстық көпбейінді ауруханасы» шаруашылық-жүргізу құқығындағы кәсіпорын"
HEADING = DocumentHeading("Қоғамдық бірлестік", "Есеп", (("Жоба", "Тең мүмкіндік"),), "Тең мүмкіндік · 2025 жыл", "kk")


@pytest.fixture(autouse=True)
def kazakh(app: Flask) -> Iterator[None]:
    """Provide a request in Kazakh."""
    with app.test_request_context(), force_locale("kk"):
        yield


def report(rows: int = 60) -> bytes:
    """Render a document with a table of several pages."""
    table = Table(("№", "Жұмыс орны", "Саны"), (0.1, 0.2, 0.7), 1)
    repeated = build_reusable_strip(set_text_strips("Қайталанатын сөз"))
    return render_document(
        HEADING, [[*table.set_table([f"{n}", LONG, f"{n} адам"] for n in range(rows)), repeated, repeated]]
    )


def test_every_page_has_footer_page_number_and_table_headings() -> None:
    with pypdfium2.PdfDocument(report()) as opened:
        page_texts = [" ".join(page.get_textpage().get_text_bounded().split()) for page in opened]
    assert len(page_texts) > 3
    for number, page in enumerate(page_texts, 1):
        assert f"{len(page_texts)} беттің {number}-беті" in page
        assert "Тең мүмкіндік · 2025 жыл" in page
        assert page.count("Жұмыс орны") == 1
        assert "Есеп" in page
    assert page_texts[-1].count("Қайталанатын сөз") == 2


def test_the_file_has_language_title_and_author() -> None:
    with pikepdf.open(io.BytesIO(report())) as pdf:
        assert str(pdf.Root.Lang) == "kk"
        assert str(pdf.docinfo.Title) == "Есеп: Тең мүмкіндік · 2025 жыл"
        assert str(pdf.docinfo.Author) == HEADING.organizer
        assert pdf.Root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712  # a PDF's own true


def test_the_same_document_has_the_same_bytes() -> None:
    assert report() == report()


def test_a_cell_can_hold_a_drawing_and_numbers_are_aligned_right() -> None:
    boxes = []
    table = Table(("", "", ""), (0.5, 0.2, 0.3), 1, min_row_height=40, grid=True)
    row: Strip = table.set_row(["", lambda _canvas, box: boxes.append(box), "12,5"])
    assert row.height == 40
    with pypdfium2.PdfDocument(render_document(HEADING, [[row]])) as opened:
        page = opened[0].get_textpage()
        found = page.search("12,5")
        start, count = found.get_next()
        right = max(page.get_charbox(start + number)[2] for number in range(count))
    assert CONTENT_RIGHT - 6 < right < CONTENT_RIGHT
    [(left, bottom, right, top)] = boxes
    assert table.column_edges[1] < left < right < table.column_edges[2]
    assert 30 < top - bottom < 40


def test_a_row_never_exceeds_its_maximum_height() -> None:
    table = Table(("", ""), (0.1, 0.9), min_row_height=30, max_row_height=60)
    assert 30 < table.set_row([LONG, ""]).height <= 60
    assert 30 < table.set_row(["", LONG * 9]).height <= 60
    assert table.set_row(["", ""]).height == 30
