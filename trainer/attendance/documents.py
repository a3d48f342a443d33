"""The participants' list as PDF, to print or to hand in; its workbook stands beside it."""

import io
import re
from datetime import date

from flask_babel import force_locale
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from trainer.attendance.list_wording import Worded
from trainer.attendance.paper import Ending, Heading, draw_list
from trainer.attendance.paper_table import MM, Line, Table
from trainer.language.words import gettext as _

WIDTHS = (9, 50, 41, 27, 24, 29)  # of the columns, in millimetres
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # in the names of files on Windows


def pdf_file(said: Worded) -> bytes:
    """Give the list as a PDF."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, lang=said.language, pageCompression=1)
    canvas.setTitle(f"{said.title}: {said.event}")
    canvas.setAuthor(said.organizer)
    canvas.setSubject(said.day)
    heading = Heading(said.organizer, said.title, said.facts, f"{said.event} · {said.day}")
    table = Table(said.headings, tuple(wide * MM for wide in WIDTHS))
    lines = [
        Line((f"{number}", each.name, each.workplace, each.position, each.phone, each.last), each.strokes)
        for number, each in enumerate(said.rows, 1)
    ]
    with force_locale(said.language):
        draw_list(canvas, heading, table, lines, Ending(said.total, said.notes, said.signer, _("L.S.")))
    canvas.save()
    return file.getvalue()


def file_name(title: str, day: date, event: str, ending: str) -> str:
    """Name a file by what it is, the day and the event, in letters that every system accepts."""
    return f"{FORBIDDEN.sub('_', f'{title} {day:%Y-%m-%d} {event}')[:110].rstrip('. ')}.{ending}"
