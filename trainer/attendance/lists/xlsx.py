"""The participants' list as XLSX: every cell is text, so that nothing is computed; the headings repeat on every page of a print."""

import io
from typing import Any

from flask_babel import force_locale
from PIL import Image, ImageDraw

from trainer.attendance.lists.participants import Strokes
from trainer.attendance.lists.pdf import FIELD
from trainer.attendance.lists.wording import Row, Worded
from trainer.documents.page import COLOURS
from trainer.documents.workbook import new_book, set_up_print, set_widths, write_row

WIDTHS = (5, 34, 34, 24, 18, 26)  # of the columns, in letters
LAST = len(WIDTHS) - 1
LINE = 15.5  # points: the height of a line of text
ROW = 40  # points: the height of a row, so that there is room to sign by hand
FINE = 2  # how many times finer than on the screen a signature is drawn
PICTURE = 100, 40  # pixels of a signature on the screen
TEXT: dict[str, Any] = {"num_format": "@", "valign": "vcenter"}
LOOKS: dict[str, dict[str, Any]] = {
    "title": TEXT | {"bold": True, "font_size": 16, "align": "center", "font_color": COLOURS["brand"]},
    "label": TEXT | {"font_color": COLOURS["soft"], "valign": "top"},
    "fact": TEXT | {"text_wrap": True, "valign": "top"},
    "head": TEXT | {"bold": True, "text_wrap": True, "border": 1, "bg_color": COLOURS["mist"], "align": "center"},
    "cell": TEXT | {"text_wrap": True, "border": 1},
    "name": TEXT | {"text_wrap": True, "border": 1, "bold": True},
    "bold": TEXT | {"bold": True},
    "note": TEXT | {"text_wrap": True, "italic": True, "valign": "top"},
}


def xlsx_file(said: Worded) -> bytes:
    """Give the list as a workbook."""
    made = io.BytesIO()
    with new_book(made, f"{said.title}: {said.event}", said.organizer) as book, force_locale(said.language):
        sheet = book.add_worksheet()
        looks = {name: book.add_format(look) for name, look in LOOKS.items()}
        set_widths(sheet, WIDTHS)
        top = write_head(sheet, looks, said)
        for number, row in enumerate(said.rows, 1):
            write_person(sheet, looks, top + number, number, row)
        write_end(sheet, looks, top + len(said.rows) + 2, said)
        set_up_print(sheet, top, 2, said.event)
    return made.getvalue()


def write_head(sheet: Any, looks: dict[str, Any], said: Worded) -> int:
    """Write title, facts and headings; give the row of the headings."""
    write_across(sheet, 0, 0, said.title, looks["title"])
    sheet.set_row(0, 2 * LINE)
    for number, (name, text) in enumerate(said.facts, 2):
        sheet.write_string(number, 0, name, looks["label"])
        write_across(sheet, number, 2, text, looks["fact"])
        sheet.set_row(number, LINE * (1 + len(text) // 95))
    top = len(said.facts) + 3
    write_row(sheet, top, said.headings, looks["head"])
    sheet.set_row(top, 2 * LINE)
    return top


def write_across(sheet: Any, row: int, first: int, text: str, look: Any) -> None:
    """Write a text into a cell that reaches to the last column."""
    sheet.merge_range(row, first, row, LAST, "", look)
    sheet.write_string(row, first, text, look)


def write_person(sheet: Any, looks: dict[str, Any], place: int, number: int, row: Row) -> None:
    """Write a line of the list."""
    sheet.set_row(place, ROW)
    cells = number, row.name, row.workplace, row.position, row.phone, row.last
    write_row(sheet, place, cells, looks["cell"], looks["name"], looks["cell"])
    if row.strokes:
        picture = {"image_data": io.BytesIO(signature_png(row.strokes)), "description": row.name, "object_position": 1}
        sheet.insert_image(
            place,
            LAST,
            "signature.png",
            picture | {"x_scale": 1 / FINE, "y_scale": 1 / FINE, "x_offset": 8, "y_offset": 6},
        )


def write_end(sheet: Any, looks: dict[str, Any], below: int, said: Worded) -> None:
    """Write how many they are, what is to be known, and who signs."""
    sheet.write_string(below, 1, said.total, looks["bold"])
    for number, note in enumerate(said.notes, below + 1):
        write_across(sheet, number, 1, note, looks["note"])
        sheet.set_row(number, LINE * (1 + len(note) // 110))
    signs = below + len(said.notes) + 3
    position, name = said.signer
    sheet.write_string(signs, 1, position)
    sheet.write_string(signs, 2, "_" * 30)
    sheet.write_string(signs, 3, name, looks["bold"])


def signature_png(strokes: Strokes) -> bytes:
    """Draw a signature for a cell."""
    wide, tall = (each * FINE * 2 for each in PICTURE)  # drawn larger and made smaller, which rounds its edges
    picture = Image.new("RGBA", (wide, tall), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = [(x * wide / FIELD[0], y * tall / FIELD[1]) for x, y in stroke]
        draw.line(points if len(points) > 1 else points * 2, fill=COLOURS["pen"], width=5, joint="curve")
    file = io.BytesIO()
    picture.resize((wide // 2, tall // 2), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()
