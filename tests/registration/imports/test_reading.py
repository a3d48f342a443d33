"""Reading the files of an import: formats, columns and headings, limits, and hostile files."""

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.registration.imports.steps import (
    HEAD,
    ROWS,
    build_csv,
    build_xlsx,
    list_people,
    list_read_cells,
    parse_list_file,
)
from trainer.documents.upload_limits import TableReadProblem, TableUnreadable
from trainer.registration.imports.columns import guess_layout, has_required_columns
from trainer.registration.imports.uploads import read_uploaded_sheets

EXPECTED = [
    ("Өтегенова", "Айгүл", "Маратқызы", "8 701 555 01 01", "kk"),
    ("Ким", "Светлана", "", "+7 705 555 01 03", "ru"),
]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_every_usual_way_to_write_a_csv_file_is_read(separator: str, encoding: str) -> None:
    assert list_people(build_csv([HEAD, *ROWS], separator).encode(encoding)) == EXPECTED


def test_the_windows_encoding_of_cyrillic_is_read() -> None:
    content = "Фамилия;Имя;Телефон;Должность\r\nСоколова;Марина;87055550103;медсестра\r\n".encode("cp1251")
    assert list_people(content) == [("Соколова", "Марина", "", "87055550103", "kk")]


def test_a_workbook_is_read_with_the_numbers_that_excel_made_of_phones() -> None:
    rows: list[list[Any]] = [
        ["ФИО", "Телефон"],
        ["Ким Лев", 77015550101],
        ["Цой Ян", 77015550102.0],
        [None, None],
        ["Пак Ин", "7.7015550103E+10"],
    ]
    content = build_xlsx([["nothing"]], rows)
    assert [person[3] for person in list_people(content)] == [
        "77015550101",
        "77015550102",
        "77015550103",
    ]
    assert [row.number for row in parse_list_file(content).rows] == [2, 3, 5]


@pytest.mark.parametrize(
    "cell", ["77015550101.0", "77015550101,0", "7.7015550101E+10", "7,7015550101e10", "77015550101"]
)
def test_a_phone_that_a_spreadsheet_took_for_a_number_is_a_phone_again(cell: str) -> None:
    [cells] = list_read_cells(build_csv([["ФИО", "Телефон"], ["Ким Лев", cell]]).encode())
    assert cells["phone"] == "77015550101"


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
    assert [person[:3] for person in list_people(build_csv(rows).encode())] == [
        ("Ахметов", "Болат", "Серік ұлы"),
        ("Ким", "Лев", ""),
    ]


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
    content = build_csv([head, *ROWS]).encode()
    assert list_people(content) == EXPECTED
    assert list_read_cells(content)[0]["workplace"] == "Аурухана; 2-бөлім"


def test_the_headings_may_stand_below_a_title_and_empty_rows() -> None:
    rows = [
        ["Қатысушылар тізімі"],
        *[[""]] * 20,
        ["2025"],
        ["№", "ФИО", "Қолы", "Телефон"],
        ["1", "Ким Лев", "", "87015550101"],
    ]
    sheet = parse_list_file(build_csv(rows).encode())
    assert ([row.number for row in sheet.rows], sheet.headings) == ([24], rows[-2])


@pytest.mark.parametrize("rows", [[["ФИО", "Почта"], ["Ким Лев", "a@b.kz"]], [["a", "b"], ["1", "2"]], [["Ким"]]])
def test_without_phone_numbers_the_columns_are_not_complete(rows: list[list[str]]) -> None:
    layout = guess_layout(read_uploaded_sheets(build_csv(rows).encode()))
    assert not has_required_columns(layout.columns)


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
    tables = {sheet.separator: sheet.table for sheet in read_uploaded_sheets(content)}
    assert tables[separator][1:] == rows


@settings(max_examples=200)
@given(content=st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail))
def test_no_bytes_break_the_reading(content: bytes) -> None:
    with suppress(TableUnreadable):
        parse_list_file(content)


@settings(max_examples=60)
@given(place=st.integers(0, 4000), junk=st.binary(min_size=1, max_size=40))
def test_no_damaged_workbook_breaks_the_reading(place: int, junk: bytes) -> None:
    content = bytearray(WHOLE)
    content[place % len(content) : place % len(content) + len(junk)] = junk
    with suppress(TableUnreadable):
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
        (("ФИО;Телефон\n" + "\n" * 20_000).encode(), TableReadProblem.EMPTY),
        (build_csv([["ФИО", "Телефон", *[""] * 260, "x"]]).encode(), TableReadProblem.TOO_LARGE),
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
        "260-columns",
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
