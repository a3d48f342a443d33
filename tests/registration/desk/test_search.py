"""The search of the organizer's list: any spelling of a name, any writing of a phone number, similar names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, register_person
from tests.page import get_words
from tests.visitor import Visitor
from trainer.language.collation import fold_text
from trainer.people.models import Person
from trainer.registration.desk.filters import RegistrationFilter
from trainer.registration.desk.listing import get_registration_page, list_registration_rows
from trainer.registration.models import Registration
from trainer.registration.seats.allocation import SeatCounter
from trainer.registration.seats.enrolment import create_registration
from trainer.registration.seats.tokens import generate_token
from trainer.seminars.models import Seminar


def find_surnames(session: Session, seminar: Seminar, query: str) -> list[str]:
    """Return the surnames that a query finds, in the order of the list."""
    return [row.surname for row in list_registration_rows(session, seminar, RegistrationFilter(query=query))]


def find_similar_surnames(session: Session, seminar: Seminar, query: str) -> list[str]:
    """Return the surnames that are shown as similar to a query."""
    page = get_registration_page(session, seminar, RegistrationFilter(query=query))
    return [row.surname for row in page.rows if page.are_similar]


@pytest.mark.parametrize(
    ("query", "surnames"),
    [
        ("отегенова", ["Өтегенова"]),
        ("ӨТЕГЕНОВА айгүл", ["Өтегенова"]),
        ("айгул отегенова", ["Өтегенова"]),
        ("OTEГEHOBA", ["Өтегенова"]),  # half of it in Latin letters
        ("кожахметов", ["Қожахметов"]),
        ("аурухана", ["Өтегенова"]),
        ("жеке көмекші ерлан", ["Қожахметов"]),
        ("aigul@example", ["Өтегенова"]),
        ("AIGUL@EXAMPLE.ORG", ["Өтегенова"]),
        ("8 701 555 01 01", ["Өтегенова"]),
        ("8(701)555-01-01", ["Өтегенова"]),
        ("+77015550101", ["Өтегенова"]),
        ("+7 (701) 555", ["Өтегенова"]),
        ("701555", ["Өтегенова"]),
        ("87015", ["Өтегенова"]),
        ("0103", ["Соколова"]),
        ("соколова 8 705", ["Соколова"]),
        ("соколова 8 701", []),
        ("нет такого", []),
        ("утегенова", ["Өтегенова"]),
        ("Оʼтегенова", ["Өтегенова"]),
        ("О'тегенова А\u0301йгуль", ["Өтегенова"]),
        ("Өтегенова Маратовна", []),
        ("Otegenova", ["Өтегенова"]),
        ("Ötegenova Aigül", ["Өтегенова"]),
        ("Kozhakhmetov", ["Қожахметов"]),
        ("Qojahmet", ["Қожахметов"]),
        ("кожа-хметов", ["Қожахметов"]),
        ("Yerlan", ["Қожахметов"]),
        ("Sok", ["Соколова"]),
        ("Марина Соколова", ["Соколова"]),
        ("ин", ["Соколова"]),
        ("+7 701 555-01-01", ["Өтегенова"]),
        ("+7 701 700-00-01", []),
        (" 7 701 555 01 01", ["Өтегенова"]),
        ("тел.: 8\u00a0701\u00a0555\u201101\u201101", ["Өтегенова"]),
        ("tel:+77015550101", ["Өтегенова"]),
        ("соколова 8 701 555 01 01", []),
        ("００-01", []),
        ("01-01", ["Өтегенова"]),
        ("%", ["Қожахметов", "Өтегенова", "Соколова"]),
        ("_", ["Қожахметов", "Өтегенова", "Соколова"]),
        ("", ["Қожахметов", "Өтегенова", "Соколова"]),
        ("'; --", ["Қожахметов", "Өтегенова", "Соколова"]),
    ],
)
def test_the_search_finds_people_however_they_are_spelled(
    session: Session, seminar: Seminar, three_registrations: list[Registration], query: str, surnames: list[str]
) -> None:
    assert sorted(find_surnames(session, seminar, query)) == sorted(surnames)


WRITINGS = st.sampled_from(
    [
        lambda n: f"8{n}",
        lambda n: f"+7{n}",
        lambda n: n,
        lambda n: f"8 {n[:3]} {n[3:6]} {n[6:8]} {n[8:]}",
        lambda n: f"+7 ({n[:3]}) {n[3:6]}-{n[6:]}",
        lambda n: n[2:8],
    ]
)
TWINS = {
    "а": "aәАӘ",
    "о": "oөОӨ",
    "к": "kқКҚ",
    "и": "іiйИІ",
    "у": "үұyУ",
    "е": "eёЕ",
    "н": "ңНҢ",
    "с": "cС",
    "х": "һxХ",
}


@settings(max_examples=40)
@given(data=st.data())
def test_any_spelling_of_a_name_and_any_writing_of_a_phone_finds_the_person(
    session: Session, seminar: Seminar, data: st.DataObject
) -> None:
    transaction = session.begin_nested()
    surname = data.draw(st.text(sorted("абвгеиклнорсух"), min_size=2, max_size=12))
    digits = f"70{data.draw(st.integers(10_000_000, 99_999_999))}"
    someone = Person(surname=surname, given_name="Лев", phone=f"+7{digits}", language="kk", created_at=NOON)
    session.add(someone)
    create_registration(SeatCounter(session, seminar, NOON), someone, None, generate_token())
    misspelled = "".join(data.draw(st.sampled_from(TWINS.get(name, name) + name)) for name in surname)
    assert fold_text(misspelled) == fold_text(surname)
    for query in (misspelled, data.draw(WRITINGS)(digits)):
        assert surname in find_surnames(session, seminar, query), query
    transaction.rollback()


@settings(max_examples=60)
@given(query=st.text(max_size=120))
def test_no_search_breaks_the_list(
    session: Session, seminar: Seminar, three_registrations: list[Registration], query: str
) -> None:
    get_registration_page(session, seminar, RegistrationFilter.from_arguments({"query": query}))


WHOLE_NUMBERS = [
    lambda n: f"8{n}",
    lambda n: f"+7{n}",
    lambda n: f"7{n}",
    lambda n: n,
    lambda n: f"8-{n[:3]}-{n[3:6]}-{n[6:8]}-{n[8:]}",
    lambda n: f"+7 {n[:3]} {n[3:6]}-{n[6:8]}-{n[8:]}",
    lambda n: f"+7 ({n[:3]}) {n[3:]}",
    lambda n: f"+7.{n[:3]}.{n[3:6]}.{n[6:]}",
    lambda n: f"моб. 8 {n[:3]} {n[3:]}",
    lambda n: f"\u202a+7{n}\u202c",
    lambda n: f"wa.me/7{n}",
]


@settings(max_examples=30)
@given(others=st.sets(st.integers(0, 9_999_999), min_size=2, max_size=5), data=st.data())
def test_a_whole_number_finds_that_number_only(
    session: Session, seminar: Seminar, others: set[int], data: st.DataObject
) -> None:
    transaction = session.begin_nested()
    phones = [f"701{number:07d}" for number in others]
    for phone in phones:
        register_person(
            session, seminar, MARINA, surname=f"Ким{phone}", phone=f"+7{phone}", workplace="7 701 00-01 № 8"
        )
    wanted = data.draw(st.sampled_from([*phones, "7017000001"]))
    query = data.draw(st.sampled_from(WHOLE_NUMBERS))(wanted)
    assert find_surnames(session, seminar, query) == [f"Ким{wanted}"] * (wanted in phones), query
    transaction.rollback()


def test_a_number_that_a_walk_in_typed_is_found_too(session: Session, seminar: Seminar) -> None:
    register_person(session, seminar, MARINA, phone="8 701 555 80 07 / 8 775 555 80 08")
    for query in ("+77015558007", "8 (775) 555-80-08", "701 555", "8775"):
        assert find_surnames(session, seminar, query) == ["Соколова"], query
    assert find_surnames(session, seminar, "8 775 555 80 09") == []


def test_names_as_typed_come_before_other_spellings(session: Session, seminar: Seminar) -> None:
    for place, surname in enumerate(["Өтегенова", "Отегенова", "Утегенова", "Otegenova"]):
        other = {"given_name": "Абвг"[place], "phone": f"+7705555010{place}"}
        register_person(session, seminar, MARINA, surname=surname, **other)
    assert find_surnames(session, seminar, "утегенова") == ["Утегенова", "Өтегенова"]
    assert find_surnames(session, seminar, "Өтегенова")[:2] == ["Өтегенова", "Отегенова"]
    assert find_surnames(session, seminar, "otegenova")[0] == "Otegenova"
    in_order = list_registration_rows(
        session, seminar, RegistrationFilter.from_arguments({"query": "утегенова", "order": "name"})
    )
    assert [row.surname for row in in_order] == ["Өтегенова", "Утегенова"]


@pytest.mark.parametrize(
    ("query", "surnames"),
    [
        ("ибрагмов", ["Ибрагимов"]),
        ("Ибраигмов даняир", ["Ибрагимов"]),
        ("ибрагмова", ["Ибрагимов"]),
        ("Ibragmov", ["Ибрагимов"]),
        ("отигенва", ["Өтегенова"]),
        ("Утигенова Айгуль", ["Өтегенова"]),
        ("сокалова поликлиника", ["Соколова"]),
        ("сокалова больница", []),
        ("сокалова 8 705", ["Соколова"]),
        ("сокалова 8 701", []),
        ("соколова ерлан", []),
        ("к", []),
        ("цыц", []),
        ("8 705 555 01 04", []),
    ],
)
def test_where_nobody_is_found_similar_names_are(
    session: Session, seminar: Seminar, three_registrations: list[Registration], query: str, surnames: list[str]
) -> None:
    register_person(session, seminar, YERLAN, surname="Ибрагимов", given_name="Данияр", phone="+77475550104")
    assert find_similar_surnames(session, seminar, query) == surnames


def test_the_nearest_names_come_first_and_who_is_found_is_not_called_similar(
    session: Session, seminar: Seminar
) -> None:
    for place, surname in enumerate(["Сериков", "Серков", "Сарков", "Жуков"]):
        register_person(session, seminar, MARINA, surname=surname, phone=f"+7705555010{place}")
    assert find_similar_surnames(session, seminar, "серкови") == ["Серков", "Сарков", "Сериков"]
    assert find_similar_surnames(session, seminar, "серков") == []


def test_the_page_says_in_words_that_names_are_similar_and_the_files_hold_what_it_shows(
    organizer: Visitor, session: Session, seminar: Seminar, three_registrations: list[Registration]
) -> None:
    page = organizer.get(f"/desk/seminars/{seminar.id}/registrations?query=отегенва")
    [message] = [get_words(element) for element in page.find_all("p") if "message" in (element.get("class") or "")]
    assert message == "Дәл сәйкестік табылмады. Аты-жөні ұқсас адамдар:"
    assert AIGUL.surname in page.words and MARINA.surname not in page.words
    content = organizer.client.get(f"/desk/seminars/{seminar.id}/registrations.csv?query=отегенва").text
    assert AIGUL.surname in content and MARINA.surname not in content
    assert "Ешкім табылмады" not in page.words
