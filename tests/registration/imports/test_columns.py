"""The columns of a list: guessed from any list that people keep, corrected by a person, and known the next time."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, inspect
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.registration.factories import list_registrations
from tests.registration.imports.steps import (
    build_csv,
    build_sheet_workbook,
    build_xlsx,
    has_confirmation,
    list_read_cells,
    open_rows,
    upload_list,
)
from tests.visitor import Visitor
from trainer.documents.upload_workbook import UploadedSheet
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.projects.ownership import claim_ownerless_projects
from trainer.registration.imports.columns import guess_sheet_layout
from trainer.registration.imports.headings import ColumnRole
from trainer.registration.imports.models import ChosenColumns
from trainer.registration.imports.wording import list_column_problems
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database

PHONE = "87015551001"
FULL = ("Бекова", "Сания", "Ержановна", PHONE)
SHORT = ("Бекова", "Сания", "", PHONE)


def merge_headings(sheet: Any) -> None:
    """Fill a sheet with headings of two rows, in a language that nobody here speaks, and one person."""
    sheet.append(["№", "Ism", None, None, "Aloqa", None])
    sheet.append([None, "Familiya", "Ism", "Sharifi", "Telefon", "Pochta"])
    sheet.append([1, "Бекова", "Сания", "Ержановна", PHONE, "a@example.org"])
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:D1")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"Бекова Сания;{PHONE};Аурухана\nЛи Артур;87015551002;\n".encode(), SHORT),
        (f"Бекова;Сания;Ержановна;{PHONE}\nЛи;Артур;;87015551002\n".encode(), FULL),
        (f"1\tБекова Сания\t{PHONE}\ta@example.org\n2\tЛи Артур\t87015551002\t\n".encode(), SHORT),
        (f"F.I.Sh;Telefon raqami;Ish joyi\nБекова Сания;{PHONE};Kasalxona\n".encode(), SHORT),
        (f"姓;名;电话;工作单位\nБекова;Сания;{PHONE};Больница\n".encode(), SHORT),
        (f"Время,Ваше полное имя (как в паспорте),Номер для связи\n2025/06/01,Бекова Сания,{PHONE}\n".encode(), SHORT),
        (f"Участник;Контакты\nСания Ержановна Бекова;{PHONE}\n".encode(), FULL),
        (f"ФИО;Телефон рабочий;Телефон мобильный\nБекова Сания;505050;{PHONE}\n".encode(), SHORT),
        (b"\n" * 25 + f"ФИО;Телефон\nБекова Сания;{PHONE}\n".encode(), SHORT),
        (build_xlsx([[None] * 30 + row for row in (["ФИО", "Телефон"], ["Бекова Сания", int(PHONE)])]), SHORT),
        (
            build_xlsx([["ФИО", *(f"q{n}" for n in range(198)), "Телефон"], ["Бекова Сания", *"x" * 198, PHONE]]),
            SHORT,
        ),
        (build_xlsx([["ФИО", "Туған күні", "Тел"], ["Бекова Сания", date(1990, 1, 2), float(PHONE)]]), SHORT),
        (build_xlsx([["№", "ФИО", "Телефон"], ["=ROW()", "Бекова Сания", PHONE]]), SHORT),
        (build_sheet_workbook(merge_headings), FULL),
    ],
    ids=[
        *("no-headings", "no-headings-parts", "no-headings-tab", "uzbek", "chinese", "form", "given-name-first"),
        *("two-phones", "far-down", "far-right", "200-columns", "dates", "formulas", "merged"),
    ],
)
def test_names_and_phones_are_found_without_help(content: bytes, expected: tuple[str, ...]) -> None:
    cells = list_read_cells(content)[0]
    assert tuple(cells.get(name, "") for name in ("surname", "given_name", "patronymic", "phone")) == expected


@given(st.lists(st.lists(st.sampled_from(["", "ФИО", "Имя", "Тел", "Бекова Сания", PHONE, "a@b.kz", "x"]), max_size=5)))
def test_any_table_has_a_layout_that_fits_it(table: list[list[str]]) -> None:
    layout = guess_sheet_layout([UploadedSheet(table)], 0)
    assert 0 <= layout.heading_end <= len(table)
    assert len(set(layout.columns.values())) == len(layout.columns)
    assert all(index < max(map(len, table)) for index in layout.columns.values())


@pytest.mark.parametrize(
    ("roles", "count"),
    [
        (["surname", "given_name", "phone"], 0),
        (["given_name", "phone", ""], 0),
        (["full_name", "patronymic", "phone"], 0),
        (["full_name", "phone", "phone"], 1),
        (["full_name", "surname", "phone"], 1),
        (["full_name", "given_name_first", "phone"], 1),
        (["phone"], 1),
        (["email", ""], 2),
    ],
)
def test_a_choice_that_will_not_do_is_explained(roles: list[str], count: int) -> None:
    assert len(list_column_problems(roles)) == count


LIST = build_csv([["Кто", "Куда"], ["Бекова Сания", "Тел. " + PHONE], ["Ли Артур", "Тел. 87015551002"]]).encode()
CHOICE = {"heading_end": "1", "column-0": "full_name", "column-1": "phone"}


def move_to_other_project(session: Session, seminar: Seminar) -> Project:
    """Move the task of a seminar to a new project of the same organization."""
    project = seminar.activity.task.project
    names = [column.key for column in inspect(Project).column_attrs if column.key not in ("id", "code")]
    other = Project(code="other", **{name: getattr(project, name) for name in names})
    seminar.activity.task.project = other
    session.flush()
    claim_ownerless_projects(session, NOON)
    session.commit()
    return other


def test_what_a_person_chose_is_known_for_the_next_list_of_the_organization(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    columns = upload_list(organizer, seminar, LIST).location or ""
    wrong = organizer.submit(columns, form=0, status=422)
    assert 'role="alert"' in wrong.text
    rows = organizer.follow(organizer.submit(columns, CHOICE, form=0))
    assert "Артур" in rows.words
    assert has_confirmation(open_rows(organizer, seminar, LIST)), "the same headings again"
    other = move_to_other_project(session, seminar)
    assert has_confirmation(open_rows(organizer, seminar, LIST)), "another project of the same organization"
    other.grantee = Translated("Басқа ұйым")
    session.execute(delete(ChosenColumns).where(ChosenColumns.project_id == other.id))
    organizer.submit(upload_list(organizer, seminar, LIST).location or "", form=0, status=422)


def test_the_steps_survive_reload_and_back(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    columns = upload_list(organizer, seminar, LIST).location or ""
    rows = organizer.submit(columns, CHOICE, form=0).location or ""
    for _visit in range(2):
        assert organizer.get(columns).read_form(0)[1]["column-1"] == ColumnRole.PHONE
        assert "Артур" in organizer.get(rows).words
    assert columns in organizer.get(f"/desk/seminars/{seminar.id}/import").list_links()
    organizer.submit(columns, {"column-0": "given_name_first"}, form=0)
    organizer.submit(rows, form="import")
    assert [registration.person.given_name for registration in list_registrations(session)] == ["Бекова", "Ли"]


def test_other_headings_show_other_columns_before_anything_is_taken(organizer: Visitor, seminar: Seminar) -> None:
    content = build_csv([["Кто", "Куда"], ["Фамилия Имя", "Телефон"], ["Бекова Сания", PHONE]]).encode()
    columns = upload_list(organizer, seminar, content).location or ""
    assert organizer.get(columns).read_form(0)[1]["heading_end"] == "2"
    again = organizer.submit(columns, {"heading_end": "0"}, form=0)
    assert again.location == columns
    page = organizer.follow(again)
    assert page.read_form(0)[1]["heading_end"] == "0"
    assert "Кто · Фамилия Имя · Бекова Сания" in page.words


@pytest.mark.parametrize("fields", [{"sheet": "99", "heading_end": "-5"}, {"sheet": "x", "column-0": "king"}])
def test_what_no_page_offers_breaks_nothing(organizer: Visitor, seminar: Seminar, fields: dict[str, str]) -> None:
    columns = upload_list(organizer, seminar, LIST).location or ""
    _target, form = organizer.get(columns).read_form(0)
    assert organizer.client.post(columns, data={**form, **fields}).status_code in (303, 422)
