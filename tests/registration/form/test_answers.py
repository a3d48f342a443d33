"""Answering a seminar's own questions: stored and refused answers, and questions that change meanwhile."""

import unicodedata
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import spell_number
from tests.registration.factories import (
    CITY,
    COLOUR,
    PARTICIPATED_BEFORE,
    REGISTRATION_INPUT,
    REGISTRATION_PATH,
    VALID_IIN,
    YEARS,
    has_no_registrations,
    list_form_answers,
    list_registrations,
    map_choice_keys,
)
from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.registration.form import questions
from trainer.registration.form.questions import RegistrationQuestionDraft
from trainer.registration.models import Registration, RegistrationQuestion, RegistrationQuestionKind
from trainer.seminars.models import Seminar
from trainer.web import text

QuestionsByName = dict[str, RegistrationQuestion]


@pytest.fixture
def asked(session: Session, seminar: Seminar) -> QuestionsByName:
    """Add a question of each kind, none of them required."""
    wishes = {"city": CITY, "years": YEARS, "before": PARTICIPATED_BEFORE, "colour": COLOUR}
    made = {name: questions.create_registration_question(session, seminar, wish) for name, wish in wishes.items()}
    session.commit()
    return made


def build_question_data(asked: QuestionsByName, **values: Any) -> dict[str, Any]:
    """Return form data for questions by their name."""
    return {f"question_{asked[name].id}": value for name, value in values.items()}


def require_answers(session: Session, asked: QuestionsByName) -> None:
    """Make all questions required."""
    for question in asked.values():
        question.required = True
    session.commit()


def test_the_answers_are_kept_by_the_questions_numbers(
    stranger: Visitor, session: Session, asked: QuestionsByName
) -> None:
    green = map_choice_keys(asked["colour"])["Жасыл"]
    answers = build_question_data(asked, city=" Ақтау ", years="007", before="no", colour=green)
    stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, **answers, "access": "Арбамен келемін"})
    [registration] = list_registrations(session)
    numbers = {name: str(question.id) for name, question in asked.items()}
    assert registration.answers == {
        numbers["city"]: "Ақтау",
        numbers["years"]: 7,
        numbers["before"]: False,
        numbers["colour"]: green,
        "access": "Арбамен келемін",
    }


def test_a_phone_is_enough_and_what_is_left_out_is_no_answer(
    stranger: Visitor, session: Session, asked: QuestionsByName
) -> None:
    needed = {name: REGISTRATION_INPUT[name] for name in ("surname", "given_name", "phone", "consent")}
    stranger.submit(REGISTRATION_PATH, needed)
    [registration] = list_registrations(session)
    assert (registration.answers, registration.person.email, registration.person.patronymic) == ({}, "", "")


def test_an_answer_that_is_needed_is_asked_for_at_its_field_and_above(
    stranger: Visitor, session: Session, asked: QuestionsByName
) -> None:
    require_answers(session, asked)
    page = stranger.submit(REGISTRATION_PATH, REGISTRATION_INPUT, status=422)
    links = {element.get("href") for element in page.find_all("a")}
    for name in build_question_data(asked, city="", years="", before="", colour=""):
        assert page.get_error(name)
        assert f"#{name}" in links
    assert has_no_registrations(session)


def test_an_invalid_answer_is_refused_and_the_input_stays(
    stranger: Visitor, session: Session, asked: QuestionsByName
) -> None:
    wrong = {
        "city": ["<b>Ақтау</b>", f"Ақтау {VALID_IIN}", "Ақтау 😀", "а" * 1001, "А\x07қтау"],
        "years": ["көп", "-1", "1.5", "1000000000", "9" * 5000, "\x07", "1e3", VALID_IIN],
        "before": ["maybe", "\x00", "True"],
        "colour": ["3", "-1", "Көк", "x" * 500],
    }
    page = stranger.get(REGISTRATION_PATH)
    for name, values in wrong.items():
        for value in values:
            field = f"question_{asked[name].id}"
            answer = stranger.post(
                REGISTRATION_PATH, {**page.read_form()[1], **REGISTRATION_INPUT, field: value}, status=422
            )
            assert answer.get_error(field), f"{name}: {value!r:.30}"
            assert answer.get_value("surname") == REGISTRATION_INPUT["surname"]
            if name in ("city", "years"):
                assert answer.get_value(field)[:1000] == value.replace("\x07", "")[: 200 if name == "years" else 1000]
    assert has_no_registrations(session)


def test_a_very_long_text_in_any_field_is_refused_with_a_small_page(
    stranger: Visitor, session: Session, asked: QuestionsByName
) -> None:
    book = "Соғыс және бейбітшілік. " * 25_000
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    for name in ("surname", "access", "website", *build_question_data(asked, city="", years="", colour="")):
        page = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT, name: book}, status=422)
        assert page.get_error(name)
    assert has_no_registrations(session)


ANYTHING = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789-+. eE_", max_size=12),
    st.sampled_from(
        ["=1+1", "@SUM(A1)", "-2+3", "yes", "no", "0", "007", "  Ақтау  ", "екі\r\nжол", "", " ", "%s", "{{ 7*7 }}"]
    ),
)


@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
def test_any_input_is_refused_with_an_error_or_stored_unchanged(
    app: Flask, session: Session, seminar: Seminar, asked: QuestionsByName
) -> None:
    seminar.capacity = 1000
    session.commit()
    choices = list(map_choice_keys(asked["colour"]).values())
    visitor = Visitor(app.test_client(), session)
    blank = visitor.get(REGISTRATION_PATH).read_form()[1]
    counter = iter(range(10_000))
    outcomes: Counter[str] = Counter()

    @settings(max_examples=60)
    @given(
        city=ANYTHING,
        years=ANYTHING,
        before=ANYTHING,
        colour=st.one_of(ANYTHING, st.sampled_from(choices)),
        access=ANYTHING,
    )
    @example(city=" ", years=" ", before=" ", colour=" ", access=" ")
    def check(**typed: str) -> None:
        number = next(counter)
        access = typed.pop("access")
        sent = {**build_question_data(asked, **typed), "access": access}
        nonce = f"{number:043d}"
        own = {
            "nonce": nonce,
            "phone": f"+7701{number:07d}",
            "surname": f"Ким{spell_number(number)}",
        }
        answer = visitor.client.post(REGISTRATION_PATH, data={**blank, **REGISTRATION_INPUT, **own, **sent})
        session.expire_all()
        registration = session.scalars(select(Registration).where(Registration.nonce == nonce)).one_or_none()
        outcomes["accepted" if answer.status_code == 303 else "refused"] += 1
        if answer.status_code == 422:
            assert registration is None
            assert b'-error"' in answer.data
            return
        assert answer.status_code == 303
        assert registration is not None
        expected = {str(asked[name].id): value for name, value in typed.items()} | {"access": access}
        assert registration.answers.keys() <= expected.keys()
        for key, value in expected.items():
            assert format_typed_answer(registration.answers.get(key, "")) == normalise_typed_answer(
                value, number=key == str(asked["years"].id)
            )

    check()
    assert outcomes["accepted"] and outcomes["refused"], "both branches were checked"


def format_typed_answer(answer: Any) -> str:
    """Return a stored answer as it would be typed."""
    return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else str(answer)


def normalise_typed_answer(typed: str, number: bool) -> str:
    """Return a typed value as it is stored: text composed and trimmed, a number by its value."""
    stays = text.clean_text(unicodedata.normalize("NFC", typed))
    return str(int(stays)) if number and stays else stays


def test_a_change_of_language_keeps_every_answer_and_the_honeypot(
    stranger: Visitor, session: Session, asked: QuestionsByName
) -> None:
    sent = build_question_data(
        asked, city="Ақтау", years="көп", before="no", colour=map_choice_keys(asked["colour"])["Көк"]
    )
    more = {**sent, "access": "Арба", "website": "https://spam.example.org"}
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    page = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT, **more, "switch": "ru"}, status=200)
    assert page.language == "ru"
    assert "Какой цвет Вам нравится?" in page.words
    for name, value in more.items():
        assert page.get_value(name) == value
        assert not page.get_error(name)
    back = stranger.post(REGISTRATION_PATH, {**page.read_form()[1], "switch": "kk"}, status=200)
    assert {name: back.get_value(name) for name in more} == more


def test_a_question_with_many_choices_is_a_select_field(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    towns = tuple(Translated(kk=f"{number}-аудан") for number in range(12))
    question = questions.create_registration_question(
        session,
        seminar,
        RegistrationQuestionDraft(RegistrationQuestionKind.CHOICE, CITY.label, required=True, choices=towns),
    )
    name = f"question_{question.id}"
    page = stranger.submit(REGISTRATION_PATH, REGISTRATION_INPUT, status=422)
    assert page.get_error(name)
    assert [element.get("id") for element in page.find_all("select")] == [name]
    stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, name: question.choices[11]["key"]})
    assert list_form_answers(session, list_registrations(session)[0], "kk") == [(CITY.label.kk, "11-аудан")]


def test_a_question_removed_meanwhile_is_reported_and_other_answers_stay(
    stranger: Visitor, session: Session, asked: QuestionsByName
) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    questions.retire_registration_question(session, asked["city"])
    answers = build_question_data(
        {name: question for name, question in asked.items() if name != "city"}, years="5", before="yes"
    )
    gone = {f"question_{asked['city'].id}": "Ақтау"}
    page = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT, **gone, **answers}, status=422)
    assert page.get_error("questions_version")
    assert "#questions_version" in {element.get("href") for element in page.find_all("a")}
    assert {name: page.get_value(name) for name in answers} == answers
    assert not any(name in page.read_form()[1] for name in gone)
    assert has_no_registrations(session)
    stranger.post(REGISTRATION_PATH, page.read_form()[1])
    assert list_registrations(session)[0].answers == {str(asked["years"].id): 5, str(asked["before"].id): True}


def test_the_last_question_that_was_taken_off_is_said_too(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    question = questions.create_registration_question(session, seminar, CITY)
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    questions.retire_registration_question(session, question)
    page = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT}, status=422)
    assert page.get_error("questions_version")
    stranger.post(REGISTRATION_PATH, page.read_form()[1])


def test_a_question_added_or_changed_meanwhile_must_be_checked(
    stranger: Visitor, session: Session, seminar: Seminar, asked: QuestionsByName
) -> None:
    changes = (
        lambda: questions.create_registration_question(session, seminar, CITY),
        lambda: questions.update_registration_question(
            session, asked["colour"], RegistrationQuestionDraft(COLOUR.kind, CITY.label, choices=COLOUR.choices)
        ),
        lambda: questions.move_registration_question(session, asked["city"], up=False),
    )
    for change in changes:
        fields = stranger.get(REGISTRATION_PATH).read_form()[1]
        change()
        page = stranger.post(
            REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT, **build_question_data(asked, city="Ақтау")}, status=422
        )
        assert page.get_error("questions_version")
        assert page.get_value(f"question_{asked['city'].id}") == "Ақтау"
    assert has_no_registrations(session)


def test_invalid_versions_of_the_questions_are_refused(
    stranger: Visitor, session: Session, asked: QuestionsByName
) -> None:
    for version in ("", "0" * 16, "x" * 500, "\x00"):
        page = stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, "questions_version": version}, status=422)
        assert page.get_error("questions_version")
    assert has_no_registrations(session)


def test_a_program_that_fills_in_every_field_registers_nobody(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    blank = stranger.get(REGISTRATION_PATH)
    [trap] = [element for element in blank.find_all("input") if element.get("name") == "website"]
    assert trap.get("tabindex") == "-1"
    page = stranger.post(
        REGISTRATION_PATH,
        {**blank.read_form()[1], **REGISTRATION_INPUT, "website": "https://spam.example.org"},
        status=422,
    )
    assert page.get_error("website")
    assert page.get_value("surname") == REGISTRATION_INPUT["surname"]
    assert has_no_registrations(session)
    [shown] = [element for element in page.find_all("input") if element.get("name") == "website"]
    assert shown.get("tabindex") is None, "somebody whose browser filled it in can empty it"
    stranger.post(REGISTRATION_PATH, {**page.read_form()[1], "website": " "})
