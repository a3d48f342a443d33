"""Importing a list: reading files and columns, the preview, all rows or none, and hostile files."""

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, register_person
from tests.page import Page
from tests.registration.factories import list_registrations, parse_list_file
from tests.visitor import Visitor
from trainer.documents.upload_limits import TableReadProblem, TableUnreadable
from trainer.people.models import Person
from trainer.registration.desk.filters import RegistrationFilter
from trainer.registration.desk.listing import list_registration_rows
from trainer.registration.imports.importing import ColumnsMissing, ImportSheet, build_form_cells
from trainer.registration.models import Registration, RegistrationStatus
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
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def list_parsed_people(sheet: ImportSheet) -> list[tuple[str, ...]]:
    """Return names, phones and languages as they were read."""
    cells = [build_form_cells(row) for row in sheet.rows]
    return [
        tuple(cell.get(name, "") for name in ("surname", "given_name", "patronymic", "phone", "language"))
        for cell in cells
    ]


EXPECTED = [
    ("Өтегенова", "Айгүл", "Маратқызы", "8 701 555 01 01", "kk"),
    ("Ким", "Светлана", "", "+7 705 555 01 03", "ru"),
]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_every_usual_way_to_write_a_csv_file_is_read(separator: str, encoding: str) -> None:
    assert list_parsed_people(parse_list_file(build_csv([HEAD, *ROWS], separator).encode(encoding))) == EXPECTED


def test_the_windows_encoding_of_cyrillic_is_read() -> None:
    content = "Фамилия;Имя;Телефон;Должность\r\nСоколова;Марина;87055550103;медсестра\r\n".encode("cp1251")
    assert list_parsed_people(parse_list_file(content)) == [("Соколова", "Марина", "", "87055550103", "kk")]


def test_a_workbook_is_read_with_the_numbers_that_excel_made_of_phones() -> None:
    rows: list[list[Any]] = [
        ["ФИО", "Телефон"],
        ["Ким Лев", 77015550101],
        ["Цой Ян", 77015550102.0],
        [None, None],
        ["Пак Ин", "7.7015550103E+10"],
    ]
    sheet = parse_list_file(build_xlsx([["nothing"]], rows))
    assert [registration[3] for registration in list_parsed_people(sheet)] == [
        "77015550101",
        "77015550102",
        "77015550103",
    ]
    assert [row.number for row in sheet.rows] == [2, 3, 5]


@pytest.mark.parametrize(
    "cell", ["77015550101.0", "77015550101,0", "7.7015550101E+10", "7,7015550101e10", "77015550101"]
)
def test_a_phone_that_a_spreadsheet_took_for_a_number_is_a_phone_again(cell: str) -> None:
    [row] = parse_list_file(build_csv([["ФИО", "Телефон"], ["Ким Лев", cell]]).encode()).rows
    assert build_form_cells(row)["phone"] == "77015550101"


@pytest.mark.parametrize(
    "head",
    [
        ["ТАӘ", "Байланыс ақпараттары"],
        ["Аты-жөні", "Телефон нөмірі"],
        ["Тегі, аты, әкесінің аты (болған жағдайда)", "Ұялы телефон"],
        ["Ф.И.О.", "Контактный телефон"],
        ["ФАМИЛИЯ ИМЯ ОТЧЕСТВО", "Моб. телефон"],
        ["Full name", "Phone number"],
        ["Аты-жөні / ФИО", "Телефон / Phone"],
    ],
)
def test_a_full_name_in_one_column_is_divided(head: list[str]) -> None:
    rows = [["№", *head], ["1", "Ахметов Болат Серік ұлы", "87015550101"], ["2", "Ким Лев", "87015550102"]]
    sheet = parse_list_file(build_csv(rows).encode())
    assert [registration[:3] for registration in list_parsed_people(sheet)] == [
        ("Ахметов", "Болат", "Серік ұлы"),
        ("Ким", "Лев", ""),
    ]
    assert sheet.unknown_columns == []


@pytest.mark.parametrize(
    "head",
    [
        [
            "Фамилия",
            "Имя",
            "Отчество (при наличии)",
            "Номер телефона",
            "Эл. почта",
            "Место работы",
            "Должность",
            "Язык",
        ],
        ["Surname", "Given name", "Patronymic", "Mobile", "E-mail", "Workplace", "Position", "Language"],
        ["фамилиясы", "есімі", "әкесінің аты", "ұялы телефоны", "эл. пошта", "мекеме", "қызметі", "тілі"],
    ],
)
def test_columns_are_known_by_name_in_three_languages(head: list[str]) -> None:
    sheet = parse_list_file(build_csv([head, *ROWS]).encode())
    assert list_parsed_people(sheet) == EXPECTED
    assert build_form_cells(sheet.rows[0])["workplace"] == "Аурухана; 2-бөлім"


def test_the_headings_may_stand_below_a_title_and_other_columns_are_named() -> None:
    rows = [
        ["Қатысушылар тізімі"],
        [],
        ["2025"],
        ["№", "ФИО", "Қолы", "Телефон", "Жасы"],
        ["1", "Ким Лев", "", "87015550101", "40"],
    ]
    sheet = parse_list_file(build_csv(rows).encode())
    assert (sheet.rows[0].number, sheet.unknown_columns) == (5, ["Қолы", "Жасы"])


def test_headings_too_far_down_or_without_a_phone_are_not_found() -> None:
    for rows in (
        [[""]] * 12 + [HEAD, *ROWS],
        [["ФИО", "Почта"], ["Ким Лев", "a@b.kz"]],
        [["Аты", "Телефон"], ["Лев", "1"]],
    ):
        with pytest.raises(ColumnsMissing):
            parse_list_file(build_csv(rows).encode())


GUARD = re.compile(r"'+[=+@\-]")  # the apostrophe that the export puts before formulas
CELL = (
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)
    .map(str.strip)
    .filter(lambda text: not GUARD.match(text))
)
ENCODING = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3).filter(any), min_size=1, max_size=8),
    separator=st.sampled_from(";,\t"),
    encoding=ENCODING,
)
def test_whatever_stands_in_a_cell_is_read_as_it_stands(rows: list[list[str]], separator: str, encoding: str) -> None:
    content = build_csv([["Тегі", "Аты", "Телефон"], *rows], separator).encode(encoding)
    assert [list(row.cells.values()) for row in parse_list_file(content).rows] == rows


@settings(max_examples=200)
@given(content=st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail))
def test_no_bytes_break_the_reading(content: bytes) -> None:
    with suppress(TableUnreadable, ColumnsMissing):
        parse_list_file(content)


@settings(max_examples=60)
@given(place=st.integers(0, 4000), junk=st.binary(min_size=1, max_size=40))
def test_no_damaged_workbook_breaks_the_reading(place: int, junk: bytes) -> None:
    content = bytearray(WHOLE)
    content[place % len(content) : place % len(content) + len(junk)] = junk
    with suppress(TableUnreadable, ColumnsMissing):
        parse_list_file(bytes(content))


WHOLE = build_xlsx([HEAD, *ROWS])


def repack_xlsx(change: Callable[[str, bytes], bytes], **added: bytes) -> bytes:
    """Return the workbook with some parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in added.items():
            new.writestr(name, content)
    return made.getvalue()


def build_zip_bomb(name: str, content: bytes) -> bytes:
    """Return a sheet that unpacks to 100 MB."""
    return content + b" " * 100_000_000 if "sheet1" in name else content


def build_sheet_with_entity(name: str, content: bytes) -> bytes:
    """Return a sheet that declares an XML entity."""
    return (
        content.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet')
        if "sheet1" in name
        else content
    )


def build_sheet_with_far_row(name: str, content: bytes) -> bytes:
    """Return a sheet whose second row has the highest possible number."""
    return content.replace(b'<row r="3"', b'<row r="1048576"') if "sheet1" in name else content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", TableReadProblem.EMPTY),
        (b" \r\n ", TableReadProblem.EMPTY),
        (build_csv([HEAD]).encode(), TableReadProblem.EMPTY),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 100, TableReadProblem.OLD_EXCEL),
        (b"%PDF-1.7\x00\x01\x02", TableReadProblem.NO_TABLE),
        (b"PK\x03\x04 nonsense", TableReadProblem.NO_TABLE),
        (build_csv([HEAD, *[["Ким", "Лев", "", "87015550101"]] * 2001]).encode(), TableReadProblem.TOO_LARGE),
        (("ФИО;Телефон\n" + "\n" * 20_000).encode(), TableReadProblem.TOO_LARGE),
        (build_csv([["ФИО", "Телефон"], ["к" * 5000, "1"]]).encode(), TableReadProblem.TOO_LARGE),
        (repack_xlsx(build_zip_bomb), TableReadProblem.TOO_LARGE),
        (repack_xlsx(build_sheet_with_entity), TableReadProblem.NO_TABLE),
        (repack_xlsx(build_sheet_with_far_row), TableReadProblem.TOO_LARGE),
        (
            repack_xlsx(lambda _name, content: content, **{f"part{n}": b"" for n in range(600)}),
            TableReadProblem.TOO_LARGE,
        ),
        (repack_xlsx(lambda name, content: b"<x>" if "workbook.xml" in name else content), TableReadProblem.NO_TABLE),
    ],
    ids=[
        "empty",
        "blank",
        "head-only",
        "xls",
        "pdf",
        "no-zip",
        "2001-people",
        "20000-lines",
        "long",
        "bomb",
        "entities",
        "far",
        "many-parts",
        "broken",
    ],
)
def test_a_file_that_is_no_list_or_too_large_is_refused_by_name(content: bytes, reason: TableReadProblem) -> None:
    with pytest.raises(TableUnreadable) as refused:
        parse_list_file(content)
    assert refused.value.reason == reason


def test_two_thousand_people_fit() -> None:
    assert len(parse_list_file(build_csv([HEAD, *[["Ким", "Лев", "", "87015550101"]] * 2000]).encode()).rows) == 2000


def upload_list(
    organizer: Visitor, seminar: Seminar, content: bytes, status: int = 200, name: str = "list.csv"
) -> Page:
    """Upload a file on the import page."""
    return organizer.submit(f"/desk/seminars/{seminar.id}/import", {"file": (io.BytesIO(content), name)}, status=status)


def import_rows(organizer: Visitor, seminar: Seminar, rows: list[list[str]]) -> Page:
    """Import rows and confirm the import."""
    return organizer.post(*upload_list(organizer, seminar, build_csv(rows).encode()).read_form(0))


def count_registrations_and_people(session: Session) -> tuple[int, int]:
    """Return the number of registrations and of people."""
    session.expire_all()
    return len(list_registrations(session)), session.scalar(select(func.count()).select_from(Person)) or 0


def test_first_it_is_shown_then_everybody_is_taken_in(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    page = upload_list(organizer, seminar, build_csv([HEAD, *ROWS]).encode())
    assert count_registrations_and_people(session) == (0, 0), "nothing is kept by looking"
    assert len(page.list_forms()) == 2
    organizer.post(*page.read_form(0))
    rows = {row.surname: row for row in list_registration_rows(session, seminar, RegistrationFilter())}
    assert set(rows) == {"Өтегенова", "Ким"}
    assert rows["Өтегенова"].workplace == "Аурухана; 2-бөлім"
    assert (rows["Ким"].phone, rows["Ким"].language, rows["Ким"].has_consent) == ("+77055550103", "ru", False)
    assert {row.status for row in rows.values()} == {RegistrationStatus.REGISTERED}


def test_a_workbook_is_taken_in_too(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    organizer.post(*upload_list(organizer, seminar, WHOLE, name="list.xlsx").read_form(0))
    assert count_registrations_and_people(session) == (2, 2)


def test_the_same_file_once_more_changes_nothing(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    rows = [HEAD, *ROWS, ["Пак", "Ин", "", ROWS[0][3]]]  # the last one with Aigul's phone
    import_rows(organizer, seminar, rows)
    assert [
        (registration.status, registration.is_likely_duplicate) for registration in list_registrations(session)
    ] == [
        ("registered", False),
        ("registered", False),
        ("registered", True),
    ]
    page = upload_list(organizer, seminar, build_csv(rows).encode(), status=422)
    assert len(page.list_forms()) == 1, "there is nothing to confirm"
    assert count_registrations_and_people(session) == (3, 3)
    list_registrations(session)[0].status = RegistrationStatus.CANCELLED
    upload_list(organizer, seminar, build_csv(rows).encode(), status=422)
    assert count_registrations_and_people(session) == (3, 3)


def test_who_is_on_the_list_stays_as_they_are_and_the_others_are_taken_in(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    known = register_person(session, seminar, AIGUL)
    import_rows(
        organizer, seminar, [HEAD, ["ОТЕГЕНОВА", "Айгул", "", "+77015550101", "other@example.org"], ROWS[1], ROWS[1]]
    )
    assert count_registrations_and_people(session) == (2, 2)
    assert known.person.email == AIGUL.email


def test_each_problem_is_named_by_its_row_and_the_other_rows_are_taken_in(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    rows = [
        HEAD,
        ROWS[0],
        ["Ким", "", "", "12"],
        ["", "", "", ""],
        ["Цoй", "Ян", "", "87015550177", "почта", "", "", "elvish"],
    ]
    page = upload_list(organizer, seminar, build_csv(rows).encode())
    errors = [element for element in page.find_all("p") if element.get("class") == "error"]
    assert len(errors) == 5
    assert "12" in page.words
    assert count_registrations_and_people(session) == (0, 0), "nothing is kept by looking"
    organizer.post(*page.read_form(0))
    assert [registration.person.surname for registration in list_registrations(session)] == ["Өтегенова"]


def test_the_other_rows_are_given_back_with_the_reasons_and_can_be_uploaded_again(
    organizer: Visitor, seminar: Seminar
) -> None:
    rows = [["Ескерту", *HEAD], ["а", *ROWS[0]], ["б", "Ким", "", "", "12"], ["", "Ақтау қаласы"]]
    page = upload_list(organizer, seminar, build_csv(rows).encode())
    target, fields = page.read_form(1)
    given_back = organizer.client.post(target, data=fields)
    assert given_back.status_code == 200
    table = [
        [str(cell or "") for cell in row]
        for row in load_workbook(io.BytesIO(given_back.data)).worksheets[0].iter_rows(values_only=True)
    ]
    assert table[0][1:] == ["Ескерту", *HEAD]
    assert [row[1:6] for row in table[1:]] == [["б", "Ким", "", "", "12"], ["", "Ақтау қаласы", "", "", ""]]
    assert all(row[0] for row in table)
    upload_list(organizer, seminar, given_back.data, status=422, name="rest.xlsx")
    assert organizer.client.post(target, data={**fields, "rest": fields["rest"] + "x"}).status_code == 303


def test_the_rows_are_shown_as_they_were_understood(organizer: Visitor, seminar: Seminar) -> None:
    page = upload_list(organizer, seminar, "Аты-жөні;Телефон\nСания Бекова;87015551001\n".encode())
    cells = ["".join(cell.itertext()).strip() for cell in page.find_all("td")]
    assert cells[1:3] == ["Сания", "Бекова"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_empty_list_is_read_when_it_is_filled_in(organizer: Visitor, seminar: Seminar, language: str) -> None:
    organizer.client.set_cookie("language", language)
    response = organizer.client.get(f"/desk/seminars/{seminar.id}/import/template.xlsx")
    book = load_workbook(io.BytesIO(response.data))
    for column, cell in enumerate(ROWS[0], 1):
        book.worksheets[0].cell(2, column).value = cell
    filled = io.BytesIO()
    book.save(filled)
    sheet = parse_list_file(filled.getvalue())
    assert (list_parsed_people(sheet), sheet.unknown_columns) == (EXPECTED[:1], [])
    assert book.worksheets[0]["D2"].number_format == "@"


def test_beyond_the_places_people_wait_or_nobody_is_taken_in(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.capacity = 1
    import_rows(organizer, seminar, [HEAD, *ROWS])
    assert [registration.status for registration in list_registrations(session)] == [
        RegistrationStatus.REGISTERED,
        RegistrationStatus.WAITING,
    ]
    seminar.has_waiting_list = False
    upload_list(organizer, seminar, build_csv([HEAD, ["Ли", "Ян", "", "87015550188"]]).encode(), status=422)
    assert count_registrations_and_people(session) == (2, 2)


def test_what_became_full_meanwhile_takes_nobody_in(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.capacity, seminar.has_waiting_list = 2, False
    target, fields = upload_list(organizer, seminar, build_csv([HEAD, *ROWS]).encode()).read_form(0)
    register_person(session, seminar, AIGUL, surname="Ли", phone="+77015550188")
    organizer.post(target, fields)
    assert count_registrations_and_people(session) == (1, 1)


@pytest.mark.parametrize("rows", ["", "x", "W10.x", None])
def test_only_previewed_rows_are_imported(
    organizer: Visitor, session: Session, seminar: Seminar, rows: str | None
) -> None:
    target, fields = upload_list(organizer, seminar, build_csv([HEAD, *ROWS]).encode()).read_form(0)
    organizer.post(target, {**fields, "rows": fields["rows"][:-2] + "AA" if rows is None else rows})
    assert count_registrations_and_people(session) == (0, 0)


def test_the_page_names_columns_that_are_not_read_and_who_is_likely_on_the_list(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    register_person(session, seminar, AIGUL)
    rows = [["ФИО", "Телефон", "Жасы"], ["Пак Ин", "87015550101", "33"]]
    page = upload_list(organizer, seminar, build_csv(rows).encode())
    assert "Жасы" in page.words
    assert AIGUL.surname in page.words


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03", bytes.fromhex("d0cf11e0a1b11ae1"), b"a;b\n1;2"])
def test_a_file_that_is_refused_is_explained_beside_its_field(
    organizer: Visitor, seminar: Seminar, content: bytes
) -> None:
    assert upload_list(organizer, seminar, content, status=422).get_error("file")


def test_without_a_file_one_is_asked_for(organizer: Visitor, seminar: Seminar) -> None:
    assert organizer.submit(f"/desk/seminars/{seminar.id}/import", status=422).get_error("file")


def test_a_name_made_of_a_page_is_only_a_problem_of_its_row(organizer: Visitor, seminar: Seminar) -> None:
    rows = [HEAD, ["<script>alert(1)</script>", "Лев", "", "87015550101"]]
    page = upload_list(organizer, seminar, build_csv(rows).encode(), status=422)
    assert "<script>alert" not in page.text


def test_a_registration_from_a_list_has_a_personal_page(
    organizer: Visitor, stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    import_rows(organizer, seminar, [HEAD, *ROWS])
    registration = session.scalars(select(Registration)).first()
    assert registration is not None
    stranger.get(f"/r/{registration.token}")


def test_a_letter_that_cannot_be_printed_is_named_in_its_row(organizer: Visitor, seminar: Seminar) -> None:
    rows = [HEAD, ["Е\u0301льцова", "Анна", "", "8 701 555 01 77", "", "", "", "русский"]]
    page = upload_list(organizer, seminar, build_csv(rows).encode(), status=422)
    assert ": Е\u0301." in page.words
