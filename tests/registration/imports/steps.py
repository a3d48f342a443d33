"""Files to import, what is read from them, and the three steps of an import."""

import io
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.page import Page
from tests.visitor import Visitor
from trainer.registration.imports.cells import build_form_cells
from trainer.registration.imports.columns import guess_layout
from trainer.registration.imports.rows import ImportSheet, read_import_sheet
from trainer.registration.imports.uploads import build_uploaded_list, read_uploaded_sheets
from trainer.seminars.models import Seminar

HEAD = ["Тегі", "Аты", "Әкесінің аты", "Телефон", "E-mail", "Жұмыс орны", "Лауазымы", "Тіл"]
ROWS = [
    [
        "Өтегенова",
        "Айгүл",
        "Маратқызы",
        "8 701 555 01 01",
        "aigul@example.org",
        "Аурухана; 2-бөлім",
        "мейіргер",
        "қазақша",
    ],
    ["Ким", "Светлана", "", "+7 705 555 01 03", "", "Поликлиника «Центр», 3", "", "русский"],
]


def build_csv(rows: list[list[str]], separator: str = ";") -> str:
    """Return a CSV file with every field quoted."""
    return "\r\n".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)


def build_xlsx(*sheets: list[list[Any]]) -> bytes:
    """Return a workbook with rows."""
    return build_workbook(
        lambda book: [
            [sheet.append(row) for row in rows] for rows, sheet in ((rows, book.create_sheet()) for rows in sheets)
        ]
    )


def build_workbook(fill: Callable[[Any], object]) -> bytes:
    """Return a workbook whose sheets a function adds."""
    book = Workbook()
    empty = book.active
    fill(book)
    book.remove(empty)  # type: ignore[arg-type]
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def build_sheet_workbook(fill: Callable[[Any], object]) -> bytes:
    """Return a workbook with one sheet that a function fills."""
    return build_workbook(lambda book: fill(book.create_sheet()))


def parse_list_file(content: bytes) -> ImportSheet:
    """Return the rows that the import reads from a file if nobody corrects the columns."""
    sheets = read_uploaded_sheets(content)
    return read_import_sheet(sheets, guess_layout(sheets))


def list_read_cells(content: bytes) -> list[dict[str, str]]:
    """Return what is read of each person as form data."""
    return [build_form_cells(row.cells) for row in parse_list_file(content).people_rows]


def list_people(content: bytes) -> list[tuple[str, ...]]:
    """Return names, phones and languages as they were read."""
    names = ("surname", "given_name", "patronymic", "phone", "language")
    return [tuple(cells.get(name, "") for name in names) for cells in list_read_cells(content)]


def list_surnames(content: bytes) -> list[str]:
    """Return the surnames that were read."""
    return [cells.get("surname", "") for cells in list_read_cells(content)]


def upload_list(
    organizer: Visitor, seminar: Seminar, content: bytes, status: int = 303, name: str = "list.csv"
) -> Page:
    """Upload a file on the page of the first step, and return the response."""
    address = f"/desk/seminars/{seminar.id}/import"
    return organizer.submit(address, {"file": (io.BytesIO(content), name)}, form=0, status=status)


def open_rows(
    organizer: Visitor,
    seminar: Seminar,
    content: bytes,
    name: str = "list.csv",
    changes: dict[str, str] | None = None,
) -> Page:
    """Upload a file, take the columns as they are guessed, with changes, and return the page of the rows."""
    columns = upload_list(organizer, seminar, content, name=name)
    assert columns.location
    return organizer.follow(organizer.submit(columns.location, changes, form=0))


def import_list(organizer: Visitor, seminar: Seminar, content: bytes, name: str = "list.csv") -> Page:
    """Import a file with the columns as they are guessed, and return the response to the confirmation."""
    return organizer.post(*open_rows(organizer, seminar, content, name).read_form("import"))


def create_uploaded_list(session: Session, seminar: Seminar) -> int:
    """Store a list of people as the first step of an import does, and return its id."""
    sheets = read_uploaded_sheets(build_csv([HEAD, *ROWS, ["Ли", "", "", "12"]]).encode())
    uploaded = build_uploaded_list(session, seminar, sheets, "list.csv", NOON)
    session.add(uploaded)
    session.flush()
    return uploaded.id


def has_confirmation(page: Page) -> bool:
    """Return whether the page of the rows offers to import them."""
    return any(form.get("id") == "import" for form in page.list_forms())
