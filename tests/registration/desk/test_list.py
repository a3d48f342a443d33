"""The organizer's list: rows, search, filters, order and pages; the number of queries does not grow with the list."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, register_person, spell_number
from tests.page import Page, get_words
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH
from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.people.models import Person
from trainer.registration.desk.filters import ListOrder, RegistrationFilter
from trainer.registration.desk.listing import PAGE_SIZE, get_registration_page, list_registration_rows
from trainer.registration.form.answers import ACCESS_NEEDS_KEY
from trainer.registration.form.questions import RegistrationQuestionDraft, create_registration_question
from trainer.registration.models import Registration, RegistrationQuestionKind, RegistrationStatus
from trainer.registration.seats.tokens import generate_token
from trainer.registration.seats.waiting_list import offer_free_seats
from trainer.seminars.models import Seminar

LETTERS = "абвгдежзиклмнопрстуфхцчшюя"


def get_list_address(seminar: Seminar, **arguments: str) -> str:
    """Return the URL of the list with query arguments."""
    return f"/desk/seminars/{seminar.id}/registrations?" + "&".join(f"{k}={v}" for k, v in arguments.items())


def list_surnames(page: Page) -> list[str]:
    """Return the surnames on the list in their order."""
    return [get_words(element).split()[0] for element in page.find_all("th") if element.get("scope") == "row"]


def create_many_registrations(session: Session, seminar: Seminar, number: int) -> None:
    """Add many registrations, every third of them waiting."""
    for place in range(number):
        first, second = divmod(place, len(LETTERS))
        name = f"Ким{LETTERS[first % 26]}{LETTERS[second]}{LETTERS[first // 26]}"
        person = Person(
            surname=name, given_name="Лев", phone=f"+7702{place:07d}", language="kk", created_at=NOON, patronymic=""
        )
        session.add(person)
        create_one_registration(session, seminar, person, place)
    session.flush()


def create_one_registration(session: Session, seminar: Seminar, person: Person, place: int) -> None:
    """Add a registration without checking for seats."""
    waiting = place % 3 == 2
    session.add(
        Registration(
            person=person,
            seminar=seminar,
            status=RegistrationStatus.WAITING if waiting else RegistrationStatus.REGISTERED,
            queue_number=place if waiting else None,
            token=generate_token(),
            nonce=generate_token(),
            pass_code=f"{place:026d}",
            created_at=NOON,
            status_since=NOON,
        )
    )


def test_the_list_stands_in_the_order_of_the_kazakh_alphabet(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    for place, surname in enumerate(["Ямал", "Іле", "Үсен", "Ұлан", "Әли", "Абай", "Һаким"]):
        register_person(session, seminar, MARINA, surname=surname, phone=f"+7747555010{place}")
    assert list_surnames(organizer.get(get_list_address(seminar))) == [
        "Абай",
        "Әли",
        "Ұлан",
        "Үсен",
        "Һаким",
        "Іле",
        "Ямал",
    ]


def test_a_row_says_how_to_reach_somebody_and_whether_photos_may_be_taken(
    organizer: Visitor, stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, "photo_consent": "y"})
    register_person(session, seminar, MARINA)
    page = organizer.get(get_list_address(seminar))
    assert "8 701 555 01 01" in page.words
    assert {"tel:+77015550101", "mailto:aigul@example.org"} <= {element.get("href") for element in page.find_all("a")}
    cells = [[get_words(cell) for cell in row.iter() if cell.tag == "td"] for row in page.find_all("tr")[1:]]
    assert "Фотоға түсуге келіседі" in cells[0][0]
    assert "Фотоға түспейді" in cells[1][0]
    assert cells[0][2] == "Облыстық аурухана, мейіргер"


def test_the_waiting_list_stands_in_its_order_with_the_place_and_the_end_of_an_offer(
    organizer: Visitor, session: Session, seminar: Seminar, three_registrations: list[Registration]
) -> None:
    seminar.capacity = 3
    late = [
        register_person(session, seminar, YERLAN, surname=n, phone=f"+770155502{n2:02d}") for n2, n in enumerate("ВБА")
    ]
    listing = get_registration_page(session, seminar, RegistrationFilter(state=RegistrationStatus.WAITING))
    assert [(row.surname, row.queue_position) for row in listing.rows] == [("В", 1), ("Б", 2), ("А", 3)]
    assert list_surnames(organizer.get(get_list_address(seminar, state="waiting"))) == ["В", "Б", "А"]
    seminar.capacity = 4
    session.flush()
    offer_free_seats(session, seminar, NOON)
    [offered] = list_registration_rows(session, seminar, RegistrationFilter(state=RegistrationStatus.OFFERED))
    assert offered.offer_expires_at == NOON + timedelta(hours=24)
    assert "2025 жылғы 3 маусым, 12:00" in organizer.get(get_list_address(seminar, state="offered")).words
    assert late[0].status == RegistrationStatus.OFFERED


def test_the_search_stands_in_its_field_and_goes_along_with_the_tabs(
    organizer: Visitor, seminar: Seminar, three_registrations: list[Registration]
) -> None:
    page = organizer.get(get_list_address(seminar, query="айгүл"))
    assert page.get_value("query") == "айгүл"
    assert list_surnames(page) == ["Өтегенова"]
    assert all("query=" in href for href in page.list_links() if "state=registered" in href)


@pytest.mark.parametrize(
    ("filters", "surnames"),
    [
        ({"email": "yes"}, ["Өтегенова"]),
        ({"email": "no"}, ["Қожахметов", "Соколова"]),
        ({"confirmed": "yes"}, ["Қожахметов"]),
        ({"photo": "yes"}, []),
        ({"photo": "no", "query": "соколова"}, ["Соколова"]),
        ({"consent": "no"}, ["Соколова"]),
        ({"consent": "yes"}, ["Қожахметов", "Өтегенова"]),
        ({"state": "cancelled"}, ["Өтегенова"]),
        ({"state": "nonsense", "page": "-3", "photo": "maybe", "order": "x"}, ["Қожахметов", "Өтегенова", "Соколова"]),
        ({"page": "99999"}, ["Қожахметов", "Өтегенова", "Соколова"]),
        ({"order": "time"}, ["Соколова", "Қожахметов", "Өтегенова"]),
    ],
)
def test_filters(
    organizer: Visitor,
    session: Session,
    seminar: Seminar,
    three_registrations: list[Registration],
    filters: dict[str, str],
    surnames: Any,
) -> None:
    aigul, yerlan, marina = three_registrations
    aigul.status = RegistrationStatus.CANCELLED
    yerlan.person.name_confirmed_at = NOON
    marina.consents[0].withdrawn_at = NOON
    assert list_surnames(organizer.get(get_list_address(seminar, **filters))) == surnames


@given(
    filters=st.builds(
        RegistrationFilter,
        query=st.text("абв1 @", max_size=8).map(lambda text: " ".join(text.split())),
        state=st.none() | st.sampled_from(RegistrationStatus),
        photo=st.none() | st.booleans(),
        email=st.none() | st.booleans(),
        confirmed=st.none() | st.booleans(),
        consent=st.none() | st.booleans(),
        order=st.none() | st.sampled_from(ListOrder),
        page=st.integers(1, 999),
    )
)
def test_a_filter_survives_its_query_string(filters: RegistrationFilter) -> None:
    assert RegistrationFilter.from_arguments(filters.to_arguments()) == filters


def test_a_long_list_is_paged(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    create_many_registrations(session, seminar, PAGE_SIZE + 30)
    first = organizer.get(get_list_address(seminar))
    assert len(list_surnames(first)) == PAGE_SIZE
    second = organizer.get(next(href for href in first.list_links() if "page=2" in href))
    assert len(list_surnames(second)) == 30
    assert not set(list_surnames(first)) & set(list_surnames(second))
    assert list_surnames(first) + list_surnames(second) == sorted(list_surnames(first) + list_surnames(second))


@contextmanager
def record_statements(app: Flask) -> Iterator[list[str]]:
    """Record the SQL statements of the block."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_long_list_asks_the_database_no_more_often_than_a_short_one(
    app: Flask, organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    counted = []
    for more in (3, 90):
        crowd_from = len(list_registration_rows(session, seminar, RegistrationFilter()))
        for place in range(crowd_from, crowd_from + more):
            register_person(
                session,
                seminar,
                YERLAN,
                surname=f"Ким{spell_number(place)}",
                phone=f"+7702555{place:04d}",
            )
        session.commit()
        with record_statements(app) as asked:
            page = organizer.get(get_list_address(seminar))
        assert len(list_surnames(page)) == crowd_from + more
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_likely_duplicates_are_marked_on_the_list_and_counted_on_the_tabs(
    organizer: Visitor, session: Session, seminar: Seminar, three_registrations: list[Registration]
) -> None:
    register_person(session, seminar, AIGUL)
    page = organizer.get(get_list_address(seminar))
    assert len(list_surnames(page)) == 4
    assert page.list_links().count(f"/desk/seminars/{seminar.id}/duplicates") == 2
    organizer.get(get_list_address(seminar, state="duplicate"))  # a bookmark of an earlier version


def test_pages_of_the_list_are_for_organizers(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    known = register_person(session, seminar)
    for place in ("registrations", "registrations.csv", "registrations.xlsx", "duplicates", "import", "merge"):
        assert "/desk/sign-in" in (stranger.get(f"/desk/seminars/{seminar.id}/{place}", status=302).location or "")
    stranger.get(f"/desk/registrations/{known.id}", status=302)


def test_a_page_that_is_not_there_is_not_found(organizer: Visitor, seminar: Seminar) -> None:
    for place in ("registrations/999", "seminars/999/registrations", "seminars/999/import", "seminars/999/duplicates"):
        organizer.get(f"/desk/{place}", status=404)


def test_answers_to_the_own_questions_of_the_seminar_stand_in_the_row_and_in_the_files(
    organizer: Visitor, session: Session, seminar: Seminar, three_registrations: list[Registration]
) -> None:
    label = Translated("Қай қаладансыз?", "Из какого Вы города?", "Which city are you from?")
    question = create_registration_question(
        session, seminar, RegistrationQuestionDraft(RegistrationQuestionKind.TEXT, label)
    )
    three_registrations[0].answers = {str(question.id): "Жаңаөзен", ACCESS_NEEDS_KEY: "Пандус керек"}
    page = organizer.get(get_list_address(seminar))
    assert "Қай қаладансыз? Жаңаөзен" in page.words.replace("\n", " ") or "Қай қаладансыз?Жаңаөзен" in page.words
    assert len(page.find_all("details")) >= 1
    text = organizer.get(f"/desk/seminars/{seminar.id}/registrations.csv?lang=ru").response.data.decode("utf-8-sig")
    assert "Из какого Вы города?" in text
    assert "Пандус керек;Жаңаөзен" in text
