"""The three steps of an import: columns, rows, confirmation for all rows without errors or none, and the rest as a file."""

import io
from datetime import timedelta

import pytest
import time_machine
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, register_person
from tests.fake_smtp import BackgroundWorker
from tests.registration.factories import list_registrations
from tests.registration.imports.steps import (
    HEAD,
    ROWS,
    build_csv,
    build_xlsx,
    has_confirmation,
    import_list,
    list_people,
    open_rows,
    parse_list_file,
    upload_list,
)
from tests.visitor import Visitor
from trainer.people.models import Person
from trainer.registration.desk.filters import RegistrationFilter
from trainer.registration.desk.listing import list_registration_rows
from trainer.registration.imports.models import UploadedList
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar

EXPECTED = ("Өтегенова", "Айгүл", "Маратқызы", "8 701 555 01 01", "kk")


def count_registrations_and_people(session: Session) -> tuple[int, int]:
    """Return the number of registrations and of people."""
    session.expire_all()
    return len(list_registrations(session)), session.scalar(select(func.count()).select_from(Person)) or 0


def test_first_it_is_shown_then_everybody_is_taken_in(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    page = open_rows(organizer, seminar, build_csv([HEAD, *ROWS]).encode())
    assert count_registrations_and_people(session) == (0, 0), "nothing is kept by looking"
    organizer.post(*page.read_form("import"))
    rows = {row.surname: row for row in list_registration_rows(session, seminar, RegistrationFilter())}
    assert set(rows) == {"Өтегенова", "Ким"}
    assert rows["Өтегенова"].workplace == "Аурухана; 2-бөлім"
    assert (rows["Ким"].phone, rows["Ким"].language, rows["Ким"].has_consent) == ("+77055550103", "ru", False)
    assert {row.status for row in rows.values()} == {RegistrationStatus.REGISTERED}


def test_a_workbook_is_taken_in_too(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    import_list(organizer, seminar, build_xlsx([HEAD, *ROWS]), "list.xlsx")
    assert count_registrations_and_people(session) == (2, 2)


def test_the_same_file_once_more_changes_nothing(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    rows = [HEAD, *ROWS, ["Пак", "Ин", "", ROWS[0][3]]]  # the last one with Aigul's phone
    import_list(organizer, seminar, build_csv(rows).encode())
    assert [
        (registration.status, registration.is_likely_duplicate) for registration in list_registrations(session)
    ] == [
        ("registered", False),
        ("registered", False),
        ("registered", True),
    ]
    assert not has_confirmation(open_rows(organizer, seminar, build_csv(rows).encode()))
    assert count_registrations_and_people(session) == (3, 3)
    list_registrations(session)[0].status = RegistrationStatus.CANCELLED
    assert not has_confirmation(open_rows(organizer, seminar, build_csv(rows).encode()))
    assert count_registrations_and_people(session) == (3, 3)


def test_who_is_on_the_list_stays_as_they_are_and_the_others_are_taken_in(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    known = register_person(session, seminar, AIGUL)
    rows = [HEAD, ["ОТЕГЕНОВА", "Айгул", "", "+77015550101", "other@example.org"], ROWS[1], ROWS[1]]
    import_list(organizer, seminar, build_csv(rows).encode())
    assert count_registrations_and_people(session) == (2, 2)
    assert known.person.email == AIGUL.email


def test_each_problem_is_named_by_its_row_and_the_other_rows_are_taken_in(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    rows = [
        HEAD,
        ROWS[0],
        ["Ким", "Лев", "", "12"],
        ["", "", "", ""],
        ["Цoй", "Ян", "", "87015550177", "почта", "", "", "elvish"],
    ]
    page = open_rows(organizer, seminar, build_csv(rows).encode())
    errors = [element for element in page.find_all("p") if element.get("class") == "error"]
    assert len(errors) == 4
    assert "12" in page.words
    assert count_registrations_and_people(session) == (0, 0), "nothing is kept by looking"
    organizer.post(*page.read_form("import"))
    assert [registration.person.surname for registration in list_registrations(session)] == ["Өтегенова"]


@pytest.mark.parametrize("is_imported", [False, True])
def test_the_other_rows_are_given_back_with_the_reasons_and_can_be_uploaded_again(
    organizer: Visitor, session: Session, seminar: Seminar, is_imported: bool
) -> None:
    rows = [["Ескерту", *HEAD], ["а", *ROWS[0]], ["б", "Ким", "Лев", "", "12"], ["", "Ақтау қаласы"]]
    page = open_rows(organizer, seminar, build_csv(rows).encode())
    if is_imported:
        page = organizer.follow(organizer.post(*page.read_form("import")))
        [uploaded] = session.scalars(select(UploadedList))
        assert "Өтегенова" not in uploaded.sheets, "who is on the list is not kept twice"
    [link] = [link for link in page.list_links() if link.endswith("rest.xlsx")]
    given_back = organizer.client.get(link)
    table = [
        [str(cell or "") for cell in row]
        for row in load_workbook(io.BytesIO(given_back.data)).worksheets[0].iter_rows(values_only=True)
    ]
    assert table[0][1:] == ["Ескерту", *HEAD]
    assert [row[1:6] for row in table[1:]] == [["б", "Ким", "Лев", "", "12"], ["", "Ақтау қаласы", "", "", ""]]
    assert all(row[0] for row in table)
    assert not has_confirmation(open_rows(organizer, seminar, given_back.data, name="rest.xlsx"))


def test_the_rows_are_shown_as_they_were_understood(organizer: Visitor, seminar: Seminar) -> None:
    content = "Аты-жөні;Телефон\nСания Бекова;87015551001\n".encode()
    for changes, expected in (({}, ["Бекова", "Сания"]), ({"column-0": "full_name"}, ["Сания", "Бекова"])):
        page = open_rows(organizer, seminar, content, changes=changes)
        assert ["".join(cell.itertext()).strip() for cell in page.find_all("td")][1:3] == expected


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_empty_list_is_read_when_it_is_filled_in(organizer: Visitor, seminar: Seminar, language: str) -> None:
    organizer.client.set_cookie("language", language)
    response = organizer.client.get(f"/desk/seminars/{seminar.id}/import/template.xlsx")
    book = load_workbook(io.BytesIO(response.data))
    for column, cell in enumerate(ROWS[0], 1):
        book.worksheets[0].cell(2, column).value = cell
    filled = io.BytesIO()
    book.save(filled)
    assert list_people(filled.getvalue()) == [EXPECTED]
    assert len(parse_list_file(filled.getvalue()).rows[0].cells) == len(HEAD)
    assert book.worksheets[0]["D2"].number_format == "@"


def test_beyond_the_places_people_wait_or_nobody_is_taken_in(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.capacity = 1
    import_list(organizer, seminar, build_csv([HEAD, *ROWS]).encode())
    assert [registration.status for registration in list_registrations(session)] == [
        RegistrationStatus.REGISTERED,
        RegistrationStatus.WAITING,
    ]
    seminar.has_waiting_list = False
    content = build_csv([HEAD, ["Ли", "Ян", "", "87015550188"]]).encode()
    assert not has_confirmation(open_rows(organizer, seminar, content))
    assert count_registrations_and_people(session) == (2, 2)


def test_what_became_full_meanwhile_takes_nobody_in(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.capacity, seminar.has_waiting_list = 2, False
    target, fields = open_rows(organizer, seminar, build_csv([HEAD, *ROWS]).encode()).read_form("import")
    register_person(session, seminar, AIGUL, surname="Ли", phone="+77015550188")
    organizer.post(target, fields)
    assert count_registrations_and_people(session) == (1, 1)


def test_only_the_rows_that_were_shown_are_imported(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    target, fields = open_rows(organizer, seminar, build_csv([HEAD, *ROWS]).encode()).read_form("import")
    changed = {"column-0": "given_name", "column-1": "surname"}  # in another tab
    organizer.submit(target.replace("rows", "columns"), changed, form=0)
    organizer.post(target, fields)
    assert count_registrations_and_people(session) == (0, 0)
    organizer.submit(target, form="import")
    assert list_registrations(session)[0].person.surname == "Айгүл"


def test_the_page_names_who_is_likely_on_the_list(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    register_person(session, seminar, AIGUL)
    rows = [["ФИО", "Телефон", "Жасы"], ["Пак Ин", "87015550101", "33"]]
    page = open_rows(organizer, seminar, build_csv(rows).encode())
    assert AIGUL.surname in page.words


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03", bytes.fromhex("d0cf11e0a1b11ae1"), b";;\n;;"])
def test_a_file_that_is_refused_is_explained_beside_its_field(
    organizer: Visitor, seminar: Seminar, content: bytes
) -> None:
    assert upload_list(organizer, seminar, content, status=422).get_error("file")


def test_without_a_file_one_is_asked_for(organizer: Visitor, seminar: Seminar) -> None:
    assert organizer.submit(f"/desk/seminars/{seminar.id}/import", status=422).get_error("file")


def test_a_name_made_of_a_page_is_only_a_problem_of_its_row(organizer: Visitor, seminar: Seminar) -> None:
    rows = [HEAD, ["<script>alert(1)</script>", "Лев", "", "87015550101"]]
    page = open_rows(organizer, seminar, build_csv(rows).encode())
    assert "<script>alert" not in page.text


def test_a_registration_from_a_list_has_a_personal_page(
    organizer: Visitor, stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    import_list(organizer, seminar, build_csv([HEAD, *ROWS]).encode())
    registration = session.scalars(select(Registration)).first()
    assert registration is not None
    stranger.get(f"/r/{registration.token}")


def test_a_letter_that_cannot_be_printed_is_named_in_its_row(organizer: Visitor, seminar: Seminar) -> None:
    rows = [HEAD, ["Е\u0301льцова", "Анна", "", "8 701 555 01 77", "", "", "", "русский"]]
    page = open_rows(organizer, seminar, build_csv(rows).encode())
    assert ": Е\u0301." in page.words


def test_a_list_goes_when_it_is_imported_discarded_or_a_day_old(
    organizer: Visitor, session: Session, seminar: Seminar, worker: BackgroundWorker, clock: time_machine.Traveller
) -> None:
    content = build_csv([HEAD, *ROWS]).encode()
    import_list(organizer, seminar, content)
    assert session.scalar(select(func.count()).select_from(UploadedList)) == 0
    rows = open_rows(organizer, seminar, content)
    organizer.post(*next(rows.read_form(n) for n in range(3) if rows.read_form(n)[0].endswith("/removal")))
    columns = upload_list(organizer, seminar, content).location or ""
    clock.shift(timedelta(hours=25))
    worker.run_jobs()
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(UploadedList)) == 0
    for address in (columns, columns.replace("columns", "rows"), columns.replace("columns", "rest.xlsx")):
        assert organizer.get(address, status=303).location == f"/desk/seminars/{seminar.id}/import"


def test_a_list_is_imported_once_however_often_it_is_confirmed(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    confirmation = open_rows(organizer, seminar, build_csv([HEAD, *ROWS, ["Ли", "", "", "12"]]).encode()).read_form(
        "import"
    )
    for _tap in range(2):
        assert "import" in (organizer.post(*confirmation).location or "")
    assert count_registrations_and_people(session) == (2, 2)


def test_many_rows_are_shown_page_by_page_and_those_to_check_apart(organizer: Visitor, seminar: Seminar) -> None:
    rows = [["Ким", name, "", f"8701555{number:04d}"] for number, name in enumerate(["Лев"] * 250)]
    page = open_rows(organizer, seminar, build_csv([HEAD[:4], *rows, ["Ли", "Ян", "", "12"]]).encode())
    assert len(page.find_all("tr")) == 51
    [link] = [link for link in page.list_links() if "only=check" in link and "page" not in link]
    assert len(organizer.get(link.partition("#")[0] + "&page=99").find_all("tr")) > 1
