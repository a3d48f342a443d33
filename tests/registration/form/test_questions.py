"""Editing a seminar's questions: adding, rewording, ordering and removing them; answers keep their meaning."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import register_person
from tests.page import Page, get_words
from tests.registration.factories import (
    CITY,
    COLOUR,
    COLOURS,
    PARTICIPATED_BEFORE,
    VALID_IIN,
    YEARS,
    list_form_answers,
    map_choice_keys,
)
from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.registration.form import questions
from trainer.registration.form.questions import (
    QuestionChoicesFixed,
    QuestionKindFixed,
    RegistrationQuestionDraft,
    TooManyQuestions,
)
from trainer.registration.models import Registration, RegistrationQuestion, RegistrationQuestionKind
from trainer.seminars.models import Seminar

TYPED = {
    "kind": "choice",
    "label-kk": "Қай түс ұнайды?",
    "label-ru": "Какой цвет Вам нравится?",
    "choices-kk": "Қызыл\r\n\r\n  Көк \r\nЖасыл\r\n",
    "choices-ru": "Красный\r\nСиний\r\nЗелёный",
}
WRONG: list[tuple[dict[str, str], str]] = [
    ({"label-kk": "", "label-ru": ""}, "label-kk"),
    ({"label-kk": "а" * 301}, "label-kk"),
    ({"label-kk": "<b>Түс</b>"}, "label-kk"),
    ({"label-ru": "Цвет 😀"}, "label-ru"),
    ({"label-ru": f"Цвет {VALID_IIN}"}, "label-ru"),
    ({"label-kk": "екі\nжол"}, "label-kk"),
    ({"kind": "essay"}, "kind"),
    ({"kind": ""}, "kind"),
    ({"choices-kk": "", "choices-ru": ""}, "choices-kk"),
    ({"choices-kk": "Қызыл", "choices-ru": ""}, "choices-kk"),
    ({"choices-kk": "", "choices-ru": "", "choices-en": "Red\nBlue"}, "choices-en"),
    ({"choices-ru": "Красный\nСиний"}, "choices-kk"),
    ({"choices-kk": "Қызыл\nКөк\nқызыл"}, "choices-kk"),
    ({"choices-kk": f"Қызыл\nКөк\n{'а' * 201}"}, "choices-kk"),
    ({"choices-kk": "\n".join(map(str, range(21))), "choices-ru": ""}, "choices-kk"),
    ({"choices-ru": f"Красный\n{VALID_IIN}\nЗелёный"}, "choices-ru"),
    ({"choices-ru": "Красный\n<i>\nЗелёный"}, "choices-ru"),
    ({"choices-ru": "Красный\nС\x07иний\nЗелёный"}, "choices-ru"),
    ({"kind": "text"}, "choices-kk"),
]


def get_questions_address(seminar: Seminar) -> str:
    """Return the URL of a seminar's questions."""
    return f"/desk/seminars/{seminar.id}/questions"


def list_stored_questions(session: Session) -> list[RegistrationQuestion]:
    """Return all stored questions in order."""
    session.expire_all()
    statement = select(RegistrationQuestion).order_by(RegistrationQuestion.position)
    return list(session.scalars(statement))


def record_answer(session: Session, seminar: Seminar, question: RegistrationQuestion, value: Any) -> Registration:
    """Register Aigul with an answer to a question."""
    registration = register_person(session, seminar)
    registration.answers = {str(question.id): value}
    session.commit()
    return registration


def post_question_decision(
    organizer: Visitor, question: RegistrationQuestion, decision: str, status: int = 303
) -> Page:
    """Press a button next to a question."""
    fields = organizer.get(f"/desk/questions/{question.id}").read_form()[1]
    data = {"csrf_token": fields["csrf_token"], "decision": decision}
    return organizer.post(f"/desk/questions/{question.id}/place", data, status=status)


def test_a_question_is_kept_as_it_was_worded(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    organizer.submit(get_questions_address(seminar), {**TYPED, "required": "y"}, form="add")
    [question] = list_stored_questions(session)
    assert (question.kind, question.required, question.retired) == ("choice", True, False)
    assert question.label == Translated("Қай түс ұнайды?", "Какой цвет Вам нравится?")
    assert [choice["text"] for choice in question.choices] == [colour.to_mapping() for colour in COLOURS]
    assert len(set(map_choice_keys(question).values())) == 3


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    fields = organizer.get(get_questions_address(seminar)).read_form("add")[1]
    for wrong, where in WRONG:
        page = organizer.post(get_questions_address(seminar), {**fields, **TYPED, **wrong}, status=422)
        assert page.get_error(where), wrong
        sent = {**TYPED, **wrong}
        assert page.get_value("label-ru") == sent["label-ru"]
        assert page.get_value("choices-kk").split() == sent["choices-kk"].split()
        if where.startswith("label"):
            assert f"#{where}" in [element.get("href") for element in page.find_all("a")], (
                "the summary leads to the field"
            )
    assert list_stored_questions(session) == []


def test_a_trainee_is_shown_what_the_preview_shows(
    organizer: Visitor, stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    for wish in (CITY, YEARS, PARTICIPATED_BEFORE, COLOUR):
        questions.create_registration_question(session, seminar, wish)
    preview, form = organizer.get(get_questions_address(seminar)), stranger.get("/s/care/register")
    for question in list_stored_questions(session):
        shown = [
            [
                get_words(element)
                for element in page.tree.iter()
                if element.get("id", "").startswith(f"question_{question.id}")
            ]
            for page in (preview, form)
        ]
        assert shown[0] == shown[1] != []
    assert all(colour.to_mapping()["kk"] in form.words for colour in COLOURS)


def test_questions_change_places_and_the_ends_stay(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    first, second, third = (
        questions.create_registration_question(session, seminar, draft) for draft in (CITY, YEARS, PARTICIPATED_BEFORE)
    )
    for question, way, order in (
        (first, "up", [first, second, third]),
        (third, "down", [first, second, third]),
        (first, "down", [second, first, third]),
        (third, "up", [second, third, first]),
    ):
        post_question_decision(organizer, question, way)
        assert list_stored_questions(session) == order
    post_question_decision(organizer, first, "sideways", status=400)


def test_a_removed_question_does_not_affect_the_order(session: Session, seminar: Seminar) -> None:
    first, second, third = (
        questions.create_registration_question(session, seminar, draft) for draft in (CITY, YEARS, PARTICIPATED_BEFORE)
    )
    record_answer(session, seminar, second, 5)
    questions.retire_registration_question(session, second)
    questions.move_registration_question(session, third, up=True)
    assert questions.list_current_questions(session, seminar) == [third, first]
    questions.move_registration_question(session, second, up=True)
    assert questions.list_current_questions(session, seminar) == [third, first]


def test_a_question_without_answers_is_deleted(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    question = questions.create_registration_question(session, seminar, CITY)
    post_question_decision(organizer, question, "off")
    assert list_stored_questions(session) == []


@pytest.mark.parametrize("value", ["Ақтау", "0", 0, False, True])
def test_a_question_that_was_answered_is_kept_with_its_answers_and_may_be_asked_again(
    organizer: Visitor, session: Session, seminar: Seminar, value: Any
) -> None:
    question = questions.create_registration_question(session, seminar, CITY)
    registration = record_answer(session, seminar, question, value)
    post_question_decision(organizer, question, "off")
    assert [question.retired for question in list_stored_questions(session)] == [True]
    assert list_form_answers(session, registration, "en") == [("Which city are you from?", str(value))]
    post_question_decision(organizer, question, "back")
    assert [question.retired for question in list_stored_questions(session)] == [False]


def test_an_answer_to_another_seminars_form_keeps_nothing(
    session: Session, seminar: Seminar, past_seminar: Seminar
) -> None:
    question = questions.create_registration_question(session, seminar, CITY)
    record_answer(session, past_seminar, question, "Ақтау")
    questions.retire_registration_question(session, question)
    assert list_stored_questions(session) == []


def test_an_answered_question_can_be_reworded_but_keeps_its_kind(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    question = questions.create_registration_question(session, seminar, CITY)
    record_answer(session, seminar, question, "Ақтау")
    address = f"/desk/questions/{question.id}"
    organizer.submit(address, {"label-kk": "Қай ауданнансыз?", "required": "y"})
    [changed] = list_stored_questions(session)
    assert (changed.label.kk, changed.label.ru, changed.required) == ("Қай ауданнансыз?", CITY.label.ru, True)
    page = organizer.submit(address, {"kind": "number"}, status=422)
    assert page.get_error("kind")
    assert list_stored_questions(session)[0].kind == "text"


def test_a_question_that_nobody_answered_may_become_another(session: Session, seminar: Seminar) -> None:
    question = questions.create_registration_question(session, seminar, COLOUR)
    questions.update_registration_question(session, question, YEARS)
    assert (question.kind, question.label, question.choices) == ("number", YEARS.label, [])


def test_a_choice_that_was_picked_stays_and_the_others_may_change(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    question = questions.create_registration_question(session, seminar, COLOUR)
    blue = map_choice_keys(question)["Көк"]
    registration = record_answer(session, seminar, question, blue)
    address = f"/desk/questions/{question.id}"
    for gone in (
        {"choices-kk": "Қызыл\nСары\nЖасыл", "choices-ru": ""},
        {"choices-kk": "Қызыл\nЖасыл", "choices-ru": ""},
    ):
        page = organizer.submit(address, gone, status=422)
        assert page.get_error("choices-kk")
        assert page.get_value("choices-kk") == gone["choices-kk"]
    organizer.submit(address, {"choices-kk": "Көк\nСары", "choices-ru": "Голубой\nЖёлтый"})
    [changed] = list_stored_questions(session)
    assert map_choice_keys(changed)["Көк"] == blue
    assert list_form_answers(session, registration, "ru") == [("Какой цвет Вам нравится?", "Голубой")]


@settings(max_examples=60)
@given(
    before=st.lists(
        st.tuples(st.sampled_from("абвгд"), st.sampled_from("abcd")),
        min_size=2,
        max_size=4,
        unique_by=(lambda c: c[0], lambda c: c[1]),
    ),
    after=st.lists(
        st.tuples(st.sampled_from("абвгд"), st.sampled_from("abcd")),
        min_size=2,
        max_size=4,
        unique_by=(lambda c: c[0], lambda c: c[1]),
    ),
    picked=st.integers(0, 3),
)
def test_an_answer_keeps_its_wording_in_one_language_or_the_change_is_refused(
    session: Session, seminar: Seminar, before: list[tuple[str, str]], after: list[tuple[str, str]], picked: int
) -> None:
    transaction = session.begin_nested()
    old, new = ([Translated(kk=kk, ru=ru) for kk, ru in texts] for texts in (before, after))
    question = questions.create_registration_question(
        session, seminar, RegistrationQuestionDraft(RegistrationQuestionKind.CHOICE, COLOUR.label, choices=tuple(old))
    )
    chosen = old[picked % len(old)]
    registration = register_person(session, seminar)
    registration.answers = {str(question.id): map_choice_keys(question)[chosen.kk]}
    session.flush()
    try:
        questions.update_registration_question(
            session,
            question,
            RegistrationQuestionDraft(RegistrationQuestionKind.CHOICE, COLOUR.label, choices=tuple(new)),
        )
    except QuestionChoicesFixed:
        assert chosen.kk not in [choice.kk for choice in new], "its Kazakh words are still there"
        answer = chosen
    else:
        answer = next(choice for choice in new if choice.kk == list_form_answers(session, registration, "kk")[0][1])
        assert len(set(map_choice_keys(question).values())) == len(new)
    assert answer.kk == chosen.kk or answer.ru == chosen.ru
    transaction.rollback()


def test_the_rule_itself_refuses_another_kind_for_an_answered_question(session: Session, seminar: Seminar) -> None:
    question = questions.create_registration_question(session, seminar, PARTICIPATED_BEFORE)
    record_answer(session, seminar, question, False)
    with pytest.raises(QuestionKindFixed):
        questions.update_registration_question(session, question, CITY)


def test_the_number_of_questions_is_limited(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    for _number in range(questions.MAX_QUESTIONS):
        last = questions.create_registration_question(session, seminar, CITY)
    with pytest.raises(TooManyQuestions):
        questions.create_registration_question(session, seminar, CITY)
    fields = organizer.get(get_questions_address(seminar)).read_form("add")[1]
    page = organizer.post(get_questions_address(seminar), {**fields, **TYPED}, status=422)
    assert page.get_error("label-kk")
    record_answer(session, seminar, last, "Ақтау")
    questions.retire_registration_question(session, last)
    questions.create_registration_question(session, seminar, CITY)
    organizer.follow(post_question_decision(organizer, last, "back"))
    assert len(questions.list_current_questions(session, seminar)) == questions.MAX_QUESTIONS


def test_only_organizers_edit_questions(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    question = questions.create_registration_question(session, seminar, CITY)
    for address in (get_questions_address(seminar), f"/desk/questions/{question.id}"):
        assert "/desk/sign-in" in stranger.get(address, status=302).location
    token = stranger.get("/s/care/register").get_value("csrf_token")
    stranger.post(f"/desk/questions/{question.id}/place", {"decision": "off", "csrf_token": token}, status=302)
    assert len(list_stored_questions(session)) == 1


def test_answers_are_told_in_the_language_asked_for_and_in_the_order_of_the_form(
    session: Session, seminar: Seminar
) -> None:
    city, years, before, colour = (
        questions.create_registration_question(session, seminar, draft)
        for draft in (CITY, YEARS, PARTICIPATED_BEFORE, COLOUR)
    )
    registration = register_person(session, seminar)
    registration.answers = {
        "access": "Пандус",
        str(colour.id): map_choice_keys(colour)["Жасыл"],
        str(before.id): False,
        str(years.id): 0,
        str(city.id): "=1+1",
        "99999": "а question of long ago",
    }
    session.commit()
    with session.info["app"].app_context():
        answers = list_form_answers(session, registration, "en")
    assert answers == [
        ("Which city are you from?", "=1+1"),
        ("Неше жыл жұмыс істейсіз?", "0"),
        ("Бұрын қатыстыңыз ба?", "No"),
        ("Қай түс ұнайды?", "Жасыл"),
        ("Accessibility needs", "Пандус"),
    ]
