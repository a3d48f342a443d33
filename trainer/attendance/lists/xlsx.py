"""The participants' list as XLSX: every cell is text, so that nothing is computed; the headings repeat on every page of a print."""

import io
from typing import Any

from flask_babel import force_locale
from PIL import Image, ImageDraw

from trainer.attendance.lists.participants import Strokes
from trainer.attendance.lists.pdf import SIGNATURE_FIELD
from trainer.attendance.lists.wording import ParticipantListText, ParticipantRow
from trainer.documents.page import COLOURS
from trainer.documents.workbook import open_workbook, set_column_widths, set_up_worksheet_print, write_worksheet_row

COLUMN_WIDTHS = (5, 34, 34, 24, 18, 26)  # of the columns, in letters
LAST_COLUMN_INDEX = len(COLUMN_WIDTHS) - 1
LINE_HEIGHT = 15.5  # points: the height of a line of text
PARTICIPANT_ROW_HEIGHT = 40  # points: the height of a row, so that there is room to sign by hand
SIGNATURE_OVERSAMPLING = 2  # how many times finer than on the screen a signature is drawn
SIGNATURE_SIZE = 100, 40  # pixels of a signature on the screen
TEXT_FORMAT: dict[str, Any] = {"num_format": "@", "valign": "vcenter"}
CELL_FORMATS: dict[str, dict[str, Any]] = {
    "title": TEXT_FORMAT | {"bold": True, "font_size": 16, "align": "center", "font_color": COLOURS["brand"]},
    "label": TEXT_FORMAT | {"font_color": COLOURS["soft"], "valign": "top"},
    "fact": TEXT_FORMAT | {"text_wrap": True, "valign": "top"},
    "head": TEXT_FORMAT
    | {"bold": True, "text_wrap": True, "border": 1, "bg_color": COLOURS["mist"], "align": "center"},
    "cell": TEXT_FORMAT | {"text_wrap": True, "border": 1},
    "name": TEXT_FORMAT | {"text_wrap": True, "border": 1, "bold": True},
    "bold": TEXT_FORMAT | {"bold": True},
    "note": TEXT_FORMAT | {"text_wrap": True, "italic": True, "valign": "top"},
}


def render_participant_list_xlsx(list_text: ParticipantListText) -> bytes:
    """Give the list as a workbook."""
    made = io.BytesIO()
    with (
        open_workbook(made, f"{list_text.title}: {list_text.event}", list_text.organizer) as book,
        force_locale(list_text.language),
    ):
        sheet = book.add_worksheet()
        looks = {name: book.add_format(look) for name, look in CELL_FORMATS.items()}
        set_column_widths(sheet, COLUMN_WIDTHS)
        top = write_list_head(sheet, looks, list_text)
        for number, row in enumerate(list_text.rows, 1):
            write_participant_row(sheet, looks, top + number, number, row)
        write_list_footer(sheet, looks, top + len(list_text.rows) + 2, list_text)
        set_up_worksheet_print(sheet, top, 2, list_text.event)
    return made.getvalue()


def write_list_head(sheet: Any, formats: dict[str, Any], list_text: ParticipantListText) -> int:
    """Write title, facts and headings; give the row of the headings."""
    write_merged_cell(sheet, 0, 0, list_text.title, formats["title"])
    sheet.set_row(0, 2 * LINE_HEIGHT)
    for number, (name, text) in enumerate(list_text.facts, 2):
        sheet.write_string(number, 0, name, formats["label"])
        write_merged_cell(sheet, number, 2, text, formats["fact"])
        sheet.set_row(number, LINE_HEIGHT * (1 + len(text) // 95))
    top = len(list_text.facts) + 3
    write_worksheet_row(sheet, top, list_text.headings, formats["head"])
    sheet.set_row(top, 2 * LINE_HEIGHT)
    return top


def write_merged_cell(sheet: Any, row: int, first_column: int, text: str, cell_format: Any) -> None:
    """Write a text into a cell that reaches to the last column."""
    sheet.merge_range(row, first_column, row, LAST_COLUMN_INDEX, "", cell_format)
    sheet.write_string(row, first_column, text, cell_format)


def write_participant_row(
    sheet: Any, formats: dict[str, Any], row_index: int, number: int, row: ParticipantRow
) -> None:
    """Write a line of the list."""
    sheet.set_row(row_index, PARTICIPANT_ROW_HEIGHT)
    cells = number, row.name, row.workplace, row.position, row.phone, row.last_cell
    write_worksheet_row(sheet, row_index, cells, formats["cell"], formats["name"], formats["cell"])
    if row.strokes:
        picture = {
            "image_data": io.BytesIO(render_signature_png(row.strokes)),
            "description": row.name,
            "object_position": 1,
        }
        sheet.insert_image(
            row_index,
            LAST_COLUMN_INDEX,
            "signature.png",
            picture
            | {
                "x_scale": 1 / SIGNATURE_OVERSAMPLING,
                "y_scale": 1 / SIGNATURE_OVERSAMPLING,
                "x_offset": 8,
                "y_offset": 6,
            },
        )


def write_list_footer(sheet: Any, formats: dict[str, Any], first_row: int, list_text: ParticipantListText) -> None:
    """Write how many they are, what is to be known, and who signs."""
    sheet.write_string(first_row, 1, list_text.total, formats["bold"])
    for number, note in enumerate(list_text.notes, first_row + 1):
        write_merged_cell(sheet, number, 1, note, formats["note"])
        sheet.set_row(number, LINE_HEIGHT * (1 + len(note) // 110))
    signs = first_row + len(list_text.notes) + 3
    position, name = list_text.signer
    sheet.write_string(signs, 1, position)
    sheet.write_string(signs, 2, "_" * 30)
    sheet.write_string(signs, 3, name, formats["bold"])


def render_signature_png(strokes: Strokes) -> bytes:
    """Draw a signature for a cell."""
    wide, tall = (
        each * SIGNATURE_OVERSAMPLING * 2 for each in SIGNATURE_SIZE
    )  # drawn larger and made smaller, which rounds its edges
    picture = Image.new("RGBA", (wide, tall), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = [(x * wide / SIGNATURE_FIELD[0], y * tall / SIGNATURE_FIELD[1]) for x, y in stroke]
        draw.line(points if len(points) > 1 else points * 2, fill=COLOURS["pen"], width=5, joint="curve")
    file = io.BytesIO()
    picture.resize((wide // 2, tall // 2), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()
