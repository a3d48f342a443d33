"""The participants' list as XLSX: all cells are text, and the headings repeat on every printed page."""

import io
from typing import Any

from flask_babel import force_locale

from trainer.attendance.lists.participants import Strokes
from trainer.attendance.lists.pdf import SIGNATURE_FIELD
from trainer.attendance.lists.wording import ParticipantListText, ParticipantRow
from trainer.documents.page import COLOURS
from trainer.documents.workbook import open_workbook, set_column_widths, set_up_worksheet_print, write_worksheet_row
from trainer.language.translate import gettext as _

COLUMN_WIDTHS = (5, 34, 34, 24, 18, 26)  # in characters
LAST_COLUMN_INDEX = len(COLUMN_WIDTHS) - 1
LINE_HEIGHT = 15.5  # points
PARTICIPANT_ROW_HEIGHT = 40  # points; leaves room for a handwritten signature
SIGNATURE_OVERSAMPLING = 2  # picture pixels per screen pixel
SIGNATURE_SIZE = 100, 40  # screen pixels
TEXT_FORMAT: dict[str, Any] = {"num_format": "@", "valign": "vcenter"}
CELL_FORMATS: dict[str, dict[str, Any]] = {
    "title": TEXT_FORMAT | {"bold": True, "font_size": 16, "align": "center", "font_color": COLOURS["brand"]},
    "label": TEXT_FORMAT | {"font_color": COLOURS["soft"], "valign": "top"},
    "fact": TEXT_FORMAT | {"text_wrap": True, "valign": "top"},
    "head": TEXT_FORMAT
    | {"bold": True, "text_wrap": True, "border": 1, "bg_color": COLOURS["mist"], "align": "center"},
    "number": TEXT_FORMAT | {"border": 1, "align": "center"},
    "cell": TEXT_FORMAT | {"text_wrap": True, "border": 1, "indent": 1},
    "name": TEXT_FORMAT | {"text_wrap": True, "border": 1, "indent": 1, "bold": True},
    "bold": TEXT_FORMAT | {"bold": True},
    "note": TEXT_FORMAT | {"text_wrap": True, "italic": True, "valign": "top"},
}


def render_participant_list_xlsx(list_text: ParticipantListText) -> bytes:
    """Render the list as a workbook in its language."""
    file = io.BytesIO()
    with (
        open_workbook(file, f"{list_text.title}: {list_text.event}", list_text.organizer) as book,
        force_locale(list_text.language),
    ):
        sheet = book.add_worksheet()
        formats = {name: book.add_format(cell_format) for name, cell_format in CELL_FORMATS.items()}
        set_column_widths(sheet, COLUMN_WIDTHS)
        heading_row = write_list_head(sheet, formats, list_text)
        for number, row in enumerate(list_text.rows, 1):
            write_participant_row(sheet, formats, heading_row + number, number, row)
        write_list_footer(sheet, formats, heading_row + len(list_text.rows) + 2, list_text)
        set_up_worksheet_print(sheet, heading_row, 2, list_text.event)
    return file.getvalue()


def write_list_head(sheet: Any, formats: dict[str, Any], list_text: ParticipantListText) -> int:
    """Write title, facts and headings; return the row index of the headings."""
    write_merged_cell(sheet, 0, 0, list_text.title, formats["title"])
    sheet.set_row(0, 2 * LINE_HEIGHT)
    for row_index, (name, text) in enumerate(list_text.facts, 2):
        sheet.write_string(row_index, 0, name, formats["label"])
        write_merged_cell(sheet, row_index, 2, text, formats["fact"])
        sheet.set_row(row_index, LINE_HEIGHT * (1 + len(text) // 95))
    heading_row = len(list_text.facts) + 3
    write_worksheet_row(sheet, heading_row, list_text.headings, formats["head"])
    sheet.set_row(heading_row, 2 * LINE_HEIGHT)
    return heading_row


def write_merged_cell(sheet: Any, row: int, first_column: int, text: str, cell_format: Any) -> None:
    """Write a text into a cell merged up to the last column."""
    sheet.merge_range(row, first_column, row, LAST_COLUMN_INDEX, "", cell_format)
    sheet.write_string(row, first_column, text, cell_format)


def write_participant_row(
    sheet: Any, formats: dict[str, Any], row_index: int, number: int, row: ParticipantRow
) -> None:
    """Write the row of a participant, with the signature as a picture."""
    sheet.set_row(row_index, PARTICIPANT_ROW_HEIGHT)
    cells = number, row.name, row.workplace, row.position, row.phone, row.last_cell
    write_worksheet_row(sheet, row_index, cells, formats["number"], formats["name"], formats["cell"])
    if row.strokes:
        options = {
            "image_data": io.BytesIO(render_signature_png(row.strokes)),
            "description": row.name,
            "object_position": 1,
            "x_scale": 1 / SIGNATURE_OVERSAMPLING,
            "y_scale": 1 / SIGNATURE_OVERSAMPLING,
            "x_offset": 8,
            "y_offset": 6,
        }
        sheet.insert_image(row_index, LAST_COLUMN_INDEX, "signature.png", options)


def write_list_footer(sheet: Any, formats: dict[str, Any], first_row: int, list_text: ParticipantListText) -> None:
    """Write total, notes, the line for the organizer's signature, and the place for the seal."""
    sheet.write_string(first_row, 1, list_text.total, formats["bold"])
    for row_index, note in enumerate(list_text.notes, first_row + 1):
        write_merged_cell(sheet, row_index, 1, note, formats["note"])
        sheet.set_row(row_index, LINE_HEIGHT * (1 + len(note) // 110))
    signature_row = first_row + len(list_text.notes) + 3
    position, name = list_text.signer
    sheet.write_string(signature_row, 1, position)
    sheet.write_string(signature_row, 2, "_" * 30)
    sheet.write_string(signature_row, 3, name or "_" * 22, formats["bold"])
    sheet.write_string(signature_row, LAST_COLUMN_INDEX, _("L.S."))


def render_signature_png(strokes: Strokes) -> bytes:
    """Render a signature as a PNG for a cell; it is drawn at twice the size and scaled down for smooth edges."""
    from PIL import Image, ImageDraw

    width, height = (side * SIGNATURE_OVERSAMPLING * 2 for side in SIGNATURE_SIZE)
    picture = Image.new("RGBA", (width, height), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = [(x * width / SIGNATURE_FIELD[0], y * height / SIGNATURE_FIELD[1]) for x, y in stroke]
        draw.line(points if len(points) > 1 else points * 2, fill=COLOURS["pen"], width=5, joint="curve")
    file = io.BytesIO()
    picture.resize((width // 2, height // 2), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()
