"""Lists as people have them: lost quotation marks, other encodings, hidden rows, odd headings, rounded numbers."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.registration.factories import prepare_registration_form
from tests.registration.imports.steps import (
    build_sheet_workbook,
    build_workbook,
    has_confirmation,
    list_read_cells,
    list_surnames,
    open_rows,
    parse_list_file,
    upload_list,
)
from tests.visitor import Visitor
from trainer.documents.upload_csv import decode_table_text
from trainer.documents.upload_limits import TableReadProblem, TableUnreadable
from trainer.registration.imports.cells import normalise_phone_cell
from trainer.registration.imports.headings import rate_heading
from trainer.registration.imports.rows import LeftOutReason
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database

NAMES = ["Бекова Сания", "Ли Артур", "Жақыпова Дана", "Оразов Тимур", "Сейтова Гүлім"]


def build_people_rows(remarks: list[str]) -> str:
    """Return lines with a name, a phone number and a remark as it stands in the file."""
    lines = [f"{NAMES[index % 5]};8701555{index:04d};{remark}" for index, remark in enumerate(remarks)]
    return "\n".join(["ФИО;Телефон;Ескерту", *lines, ""])


REMARK = st.text(st.sampled_from('"аб c,'), max_size=8).map(str.strip)


@given(st.lists(REMARK, min_size=1, max_size=12))
def test_no_quotation_mark_in_a_remark_costs_anybody_the_row(remarks: list[str]) -> None:
    content = build_people_rows(remarks).encode()
    assert [cells["phone"] for cells in list_read_cells(content)] == [f"8701555{n:04d}" for n in range(len(remarks))]
    assert list_surnames(content) == [NAMES[n % 5].split()[0] for n in range(len(remarks))]


def test_cells_of_several_lines_stay_one_cell() -> None:
    content = 'ФИО;Телефон;Мекеме\n"Бекова\nСания";87015551001;"Ақтау; ""Айболит""\nЖШС"\nЛи Артур;87015551002;\n'
    cells = list_read_cells(content.encode())
    assert [cell["workplace"] for cell in cells] == ['Ақтау; "Айболит" ЖШС', ""]
    assert [cell["surname"] for cell in cells] == ["Бекова", "Ли"]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("kz1048", "Құрманғали Әлихан Өтеуұлы"),
        ("kz1048", "ӨТЕУЛІ ҰЛЖАН"),
        ("cp1251", "Соколова Марина Сергеевна"),
        ("cp1251", "СОКОЛОВА МАРИНА"),
        ("koi8-r", "Соколова Марина Сергеевна"),
        ("cp866", "Соколова Марина Сергеевна"),
        ("mac_cyrillic", "Соколова Марина Сергеевна"),
        ("utf-16-be", "Құрманғали Әлихан"),
        ("utf-8", "Құрманғали Әлихан"),
    ],
)
def test_the_encoding_of_a_file_is_detected(encoding: str, name: str) -> None:
    text = f"ФИО;Телефон\r\n{name};87015551001\r\n"
    assert decode_table_text(text.encode(encoding)) == text


def test_one_damaged_letter_does_not_garble_a_file() -> None:
    content = build_people_rows([""] * 5).encode().replace("Гүлім".encode(), b"\xd0")
    assert list_surnames(content)[:3] == ["Бекова", "Ли", "Жақыпова"]


@pytest.mark.parametrize("cell", ["8,70156E+10", "8.7E+10", "8,701555100E+10", "8E10", "7,70156е+10"])
def test_a_rounded_phone_number_is_refused(organizer: Visitor, seminar: Seminar, cell: str) -> None:
    assert normalise_phone_cell(cell) == cell
    page = open_rows(organizer, seminar, f"ФИО;Телефон\nБекова Сания;{cell}\n".encode())
    assert cell in page.words
    assert not has_confirmation(page)


@given(st.integers(10**9, 10**14), st.sampled_from("Ee"), st.sampled_from(".,"))
def test_a_number_with_all_its_digits_is_read_exactly(number: int, sign: str, point: str) -> None:
    digits = str(number)
    assert normalise_phone_cell(f"{digits[0]}{point}{digits[1:]}{sign}+{len(digits) - 1}") == digits
    shortened = f"{digits[0]}{point}{digits[1:-1]}{sign}+{len(digits) - 1}"
    assert normalise_phone_cell(shortened) == shortened


@pytest.mark.parametrize(
    "heading",
    [
        *("Моб.тел.", "Сот.тел.", "Номер тел.", "Контактный номер", "WhatsApp", "№ телефона", "Тел. (WhatsApp)"),
        *("Ұялы тел.", "Байланыс нөмірі", "Cell phone", "Номер", "Куда звонить", "Рақам", ""),
    ],
)
def test_the_column_of_phone_numbers_is_found_whatever_its_heading_says(heading: str) -> None:
    [cells] = list_read_cells(f"№;ФИО;{heading}\n1;Бекова Сания;8 701 555 10 01\n".encode())
    assert (cells["phone"], cells["surname"]) == ("8 701 555 10 01", "Бекова")


def test_a_heading_for_numbers_is_no_phone_number() -> None:
    [cells] = list_read_cells("Номер;ФИО;Телефон\n1;Бекова Сания;8 701 555 10 01\n".encode())
    assert cells["phone"] == "8 701 555 10 01"


@pytest.mark.parametrize(
    ("heading", "name"),
    [("Место работы (организация)", "workplace"), ("Аты-жөні, тегі", "full_name"), ("Әкесінің аты", "patronymic")],
)
def test_a_heading_is_known_by_its_words(heading: str, name: str) -> None:
    rating = rate_heading(heading)
    assert rating is not None
    assert rating[1] == name


def fill_two_row_headings(sheet: Any) -> None:
    for row in (["Тізім"], [], ["№", "Аты-жөні", "Байланыс", None, "Мекеме"], [None, None, "Телефон", "Пошта"]):
        sheet.append(row)
    sheet.append([1, "Бекова Сания", "8 701 555 10 01", "a@example.org", "Аурухана"])
    sheet.append([2, "Ли Артур", "8 701 555 10 02"])
    for cells in ("A1:D1", "C3:D3", "E5:E6"):
        sheet.merge_cells(cells)


def test_headings_of_two_rows_and_merged_cells_are_read() -> None:
    content = build_sheet_workbook(fill_two_row_headings)
    cells = list_read_cells(content)
    assert [row.number for row in parse_list_file(content).rows] == [5, 6]
    assert [cell["email"] for cell in cells] == ["a@example.org", ""]
    assert [cell["workplace"] for cell in cells] == ["Аурухана", "Аурухана"]


def test_totals_towns_and_repeated_headings_are_left_out_and_named() -> None:
    lines = [
        "ФИО;Телефон",
        "Ақтау қаласы;",
        "Бекова Сания;87015551001",
        "ФИО;Телефон",
        "Ли Артур;87015551002",
        "Итого: 2;2",
    ]
    content = "\n".join(lines).encode()
    sheet = parse_list_file(content)
    assert list_surnames(content) == ["Бекова", "Ли"]
    assert [(row.number, row.left_out_reason) for row in sheet.left_out_rows] == [
        (number, LeftOutReason.NO_PERSON) for number in (2, 4, 6)
    ]


def test_somebody_without_a_phone_number_is_not_taken_for_a_town() -> None:
    sheet = parse_list_file("ФИО;Телефон;Город\nТоқтар Қалиев;;\nКалашников Лев;;Ақтау қаласы\n".encode())
    assert len(sheet.people_rows) == 2


def hide_people(sheet: Any) -> None:
    for row in (["ФИО", "Телефон"], ["Бекова Сания", "87015551001"], ["Ли Артур", "87015551002"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True


def test_hidden_rows_are_left_out_and_said(organizer: Visitor, seminar: Seminar) -> None:
    content = build_sheet_workbook(hide_people)
    assert [row.left_out_reason for row in parse_list_file(content).left_out_rows] == [LeftOutReason.HIDDEN]
    page = open_rows(organizer, seminar, content, "list.xlsx")
    assert "Ли Артур" in page.words


def hide_columns(sheet: Any) -> None:
    for row in (["ФИО", "Телефон", "Должность", "Город"], ["Ли Артур", "87015551002", "мейіргер", "Ақтау"]):
        sheet.append(row)
    sheet.column_dimensions["C"].hidden = True
    sheet.column_dimensions["D"].hidden = True


def test_hidden_columns_are_announced_and_can_be_used(organizer: Visitor, seminar: Seminar) -> None:
    columns = upload_list(organizer, seminar, build_sheet_workbook(hide_columns), name="list.xlsx").location
    rows = organizer.get(columns).tree.findall(".//tbody/tr")
    marked = ["файлда жасырылған" in " ".join(row.itertext()) for row in rows]
    assert marked == [False, False, True, True]
    assert "мейіргер" in organizer.follow(organizer.submit(columns, form=0)).words


def test_a_visible_sheet_is_read_and_another_can_be_chosen(organizer: Visitor, seminar: Seminar) -> None:
    def fill(book: Any) -> None:
        for title, surname, state in (
            ("Ескі", "Ескіұлы", "hidden"),
            ("Жаңа", "Жаңаұлы", "visible"),
            ("2-күн", "Ли", "visible"),
        ):
            other = book.create_sheet(title)
            other.sheet_state = state
            other.append(["ФИО", "Телефон"])
            other.append([f"{surname} Артур", "87015551002"])

    content = build_workbook(fill)
    assert list_surnames(content) == ["Жаңаұлы"]
    columns = upload_list(organizer, seminar, content, name="list.xlsx").location
    page = organizer.follow(organizer.submit(columns, {"sheet": "2"}, form=0))
    assert all(title in page.words for title in ("Ескі", "Жаңа", "2-күн"))
    assert "Ли Артур" in page.words


@pytest.mark.parametrize("dash", ["-", "—", "–", "жоқ", "нет", "---", "."])
def test_a_dash_says_that_there_is_nothing(dash: str) -> None:
    content = f"Фамилия;Имя;Отчество;Телефон;Почта\nЛи;Артур;{dash};87015551001;{dash}\n"
    [cells] = list_read_cells(content.encode())
    assert (cells["patronymic"], cells["email"]) == ("", "")


def build_wide_workbook(cells: int) -> bytes:
    """Return a workbook whose sheet has one row of empty cells: a small file that takes long to read."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(build_sheet_workbook(hide_people))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            is_sheet = name == "xl/worksheets/sheet1.xml"
            new.writestr(name, content.replace(b"</row>", b"<c/>" * cells + b"</row>", 1) if is_sheet else content)
    return made.getvalue()


@pytest.mark.parametrize("cells", [250_000, 1_500_000])
def test_a_small_file_with_a_million_cells_is_refused_before_it_is_read(cells: int) -> None:
    started = perf_counter()
    with pytest.raises(TableUnreadable) as refused:
        parse_list_file(build_wide_workbook(cells))
    print(f"{cells} cells refused in {perf_counter() - started:.2f} s")
    assert refused.value.reason == TableReadProblem.TOO_LARGE


def test_looking_at_a_long_list_does_not_hold_the_database(
    app: Flask, organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    """While the file is read and its rows are checked, another connection may write."""
    seminar.capacity = 3000
    press = prepare_registration_form(app, session, "/s/care/register", 1)
    rows = "\n".join(f"Ким{chr(1072 + n % 32)}{chr(1072 + n // 32)} Лев;8701555{n:04d}" for n in range(1000))
    form = organizer.get(f"/desk/seminars/{seminar.id}/import").read_form(0)
    with ThreadPoolExecutor(1) as pool:
        started = perf_counter()
        upload = pool.submit(
            organizer.client.post,
            form[0],
            data={**form[1], "file": (io.BytesIO(f"ФИО;Телефон\n{rows}".encode()), "a.csv")},
        )
        status, location = press()
        registered = perf_counter() - started
        assert upload.result().status_code == 303
    print(f"registered in {registered:.2f} s, list read in {perf_counter() - started:.2f} s")
    assert (status, bool(location)) == (303, True)
