"""Changes of the questions of a survey: no sequence of actions changes a version that somebody has answered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import AIGUL, NOON, mark_sessions, register_person
from tests.surveys.survey_factories import OVERALL_QUESTION, QUESTION_OF_EACH_KIND, make_choices, make_survey, make_text
from trainer.attendance.models import AttendanceStatus
from trainer.extensions import db
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close_survey
from trainer.surveys.builder import versions
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey, SurveyDraft, SurveyResponse
from trainer.surveys.questions.keys import build_unique_key
from trainer.surveys.questions.model import (
    KEY_PATTERN,
    OVERALL_KEY,
    OWN_CODE_KEY,
    Choice,
    Condition,
    QuestionProblemKind,
    SurveyQuestion,
    SurveyQuestionKind,
)
from trainer.surveys.questions.validation import AnswersInvalid
from trainer.surveys.responses import SurveyVersionChanged, record_response
from trainer.surveys.schedule import SurveyClosed

WARD = SurveyQuestion(
    "", SurveyQuestionKind.SINGLE, make_text("ward"), choices=(Choice("", make_text("a")), Choice("", make_text("b")))
)
TEXT = SurveyQuestion("", SurveyQuestionKind.TEXT, make_text("remark"))


@pytest.fixture
def people(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return the registrations of ten people who were present."""
    past_seminar.capacity = 20
    registrations = [
        register_person(
            session, past_seminar, AIGUL, surname="Сейіт" + "абвгғдежзи"[index], phone=f"+770155502{index:02}"
        )
        for index in range(10)
    ]
    for registration in registrations:
        mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    session.commit()
    return registrations


def list_current_keys(survey: Survey) -> list[str]:
    """Return the keys of the current questions."""
    return [question.key for question in list_version_questions(survey.current_version)]


def compute_current_fingerprint(survey: Survey, key: str) -> str:
    """Return the fingerprint of a current question."""
    return versions.compute_questions_fingerprint(
        [question for question in list_version_questions(survey.current_version) if question.key == key]
    )


def change_question(session: Session, survey: Survey, key: str, **changes: Any) -> SurveyQuestion:
    """Change fields of a question without moving it."""
    questions = list_version_questions(survey.current_version)
    position = [question.key for question in questions].index(key)
    arguments: dict[str, Any] = {
        "after_key": questions[position - 1].key if position else "",
        "seen_fingerprint": compute_current_fingerprint(survey, key),
        "now": NOON,
    }
    counts_on = changes.pop("counts_on", True)
    return versions.update_survey_question(
        session, survey, key, replace(questions[position], **changes), counted_together=counts_on, **arguments
    )


def test_keys_are_made_of_the_text_and_unique() -> None:
    assert build_unique_key(make_text("Work place"), {"x"}, "question") == "work_place_eng"
    assert (
        build_unique_key(replace(make_text(""), en="", kk="Жұмыс орны", ru=""), {"zhumys_orny"}, "question")
        == "zhumys_orny_2"
    )
    assert build_unique_key(replace(make_text(""), en="???", kk="", ru=""), set(), "question") == "question"
    assert build_unique_key(replace(make_text(""), en="5 steps", kk="", ru=""), set(), "question") == "steps"
    assert len(build_unique_key(replace(make_text(""), en="long " * 30), set(), "question")) <= 30


@given(st.text(max_size=60), st.sets(st.sampled_from(["a", "question", "question_2", "choice"])))
def test_any_text_gives_a_valid_unique_key(text: str, taken: set[str]) -> None:
    key = build_unique_key(replace(make_text(""), en=text), taken, "question")
    assert KEY_PATTERN.fullmatch(key)
    assert key not in taken


def test_questions_are_added_moved_and_removed(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False)
    versions.create_survey_question(session, survey, WARD, OVERALL_KEY, NOON)
    versions.create_survey_question(session, survey, TEXT, "", NOON)
    assert list_current_keys(survey) == ["remark_eng", OVERALL_KEY, "ward_eng"]
    versions.move_survey_question(session, survey, OVERALL_KEY, True, NOON)
    versions.move_survey_question(session, survey, OVERALL_KEY, True, NOON)
    assert list_current_keys(survey) == [OVERALL_KEY, "remark_eng", "ward_eng"]
    versions.delete_survey_question(session, survey, "remark_eng", NOON)
    assert list_current_keys(survey) == [OVERALL_KEY, "ward_eng"]
    assert [choice.key for choice in list_version_questions(survey.current_version)[1].choices] == ["a_eng", "b_eng"]
    assert len(survey.versions) == 1


def test_a_change_that_breaks_a_condition_is_rejected(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False)
    question = replace(TEXT, show_if=Condition(OVERALL_KEY, ("1", "2")))
    versions.create_survey_question(session, survey, question, OVERALL_KEY, NOON)
    for change in (
        lambda: versions.move_survey_question(session, survey, OVERALL_KEY, False, NOON),
        lambda: versions.create_survey_question(session, survey, question, "", NOON),
    ):
        with pytest.raises(versions.QuestionsInvalid) as error:
            change()
        assert error.value.problems[0].kind == QuestionProblemKind.CONDITION
    assert list_current_keys(survey) == [OVERALL_KEY, "remark_eng"]


def test_a_change_makes_the_next_version_once_somebody_has_answered(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    record_response(session, survey, people[0], {"overall": 4}, "kk", NOON, fingerprint=survey.versions[0].fingerprint)
    versions.create_survey_question(session, survey, TEXT, OVERALL_KEY, NOON)
    assert [(version.number, len(version.questions)) for version in survey.versions] == [(1, 1), (2, 2)]
    with pytest.raises(SurveyVersionChanged):
        record_response(
            session, survey, people[1], {"overall": 5}, "kk", NOON, fingerprint=survey.versions[0].fingerprint
        )
    record_response(
        session,
        survey,
        people[1],
        {"overall": 5, "remark_eng": "Жақсы"},
        "kk",
        NOON,
        fingerprint=survey.versions[1].fingerprint,
    )
    assert [response.version.number for response in session.query(SurveyResponse).order_by(SurveyResponse.id)] == [1, 2]


def test_a_version_that_may_be_displayed_is_not_overwritten(session: Session, past_seminar: Seminar) -> None:
    opened = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    versions.create_survey_question(session, opened, TEXT, OVERALL_KEY, NOON)
    assert opened.current_version.number == 2
    later = make_survey(session, past_seminar, (OVERALL_QUESTION,), number=3, opens_at=NOON + timedelta(days=1))
    versions.create_survey_question(session, later, TEXT, OVERALL_KEY, NOON)
    assert later.current_version.number == 1


def test_a_version_with_a_draft_is_not_overwritten(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), opens_at=NOON + timedelta(days=1))
    key = {"survey_id": survey.id, "registration_id": people[0].id, "version_id": survey.current_version.id}
    session.add(SurveyDraft(**key, answers={"overall": 3}, saved_at=NOON))
    session.flush()
    versions.create_survey_question(session, survey, TEXT, OVERALL_KEY, NOON)
    assert [len(version.questions) for version in survey.versions] == [1, 2]


def test_saving_without_a_change_makes_no_version(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    record_response(session, survey, people[0], {"overall": 4}, "kk", NOON)
    change_question(session, survey, OVERALL_KEY)
    assert len(survey.versions) == 1


def test_a_question_keeps_its_key_unless_its_meaning_or_scale_changes(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, QUESTION_OF_EACH_KIND)
    follows = replace(TEXT, show_if=Condition("work", ("home",)))
    versions.create_survey_question(session, survey, follows, "work", NOON)
    assert change_question(session, survey, "work", text=make_text("workplace")).key == "work"
    other = change_question(session, survey, "work", text=make_text("country"), counts_on=False)
    assert other.key == "country_eng"
    assert [choice.key for choice in other.choices] == ["ward", "home", "other"]
    [conditional] = [question for question in list_version_questions(survey.current_version) if question.show_if]
    assert conditional.show_if == Condition("country_eng", ("home",))
    assert change_question(session, survey, "trainers", scale=SurveyQuestionKind.SATISFACTION).key == "trainers_eng"
    assert change_question(session, survey, OVERALL_KEY, text=make_text("in all"), counts_on=False).key == OVERALL_KEY


def test_a_key_is_never_reused(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    assert versions.create_survey_question(session, survey, TEXT, OVERALL_KEY, NOON).key == "remark_eng"
    versions.delete_survey_question(session, survey, "remark_eng", NOON)
    assert versions.create_survey_question(session, survey, TEXT, OVERALL_KEY, NOON).key == "remark_eng_2"


def test_a_survey_with_names_cannot_ask_for_the_personal_code(session: Session, past_seminar: Seminar) -> None:
    named = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    code = SurveyQuestion(OWN_CODE_KEY, SurveyQuestionKind.CODE, make_text("code"))
    with pytest.raises(versions.OwnCodeNotAllowed):
        versions.create_survey_question(session, named, code, "", NOON)
    with pytest.raises(versions.OwnCodeNotAllowed):
        versions.replace_survey_questions(
            session,
            named,
            [code],
            versions.compute_questions_fingerprint(list_version_questions(named.current_version)),
            NOON,
        )


def test_the_personal_code_can_be_added_once(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    code = SurveyQuestion("", SurveyQuestionKind.CODE, make_text("code"))
    assert versions.create_survey_question(session, survey, code, "", NOON).key == OWN_CODE_KEY
    with pytest.raises(versions.QuestionsInvalid):
        versions.create_survey_question(session, survey, code, "", NOON)


def test_the_second_of_two_changes_of_a_question_is_rejected(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    seen = compute_current_fingerprint(survey, OVERALL_KEY)
    change_question(session, survey, OVERALL_KEY, text=make_text("first"))
    with pytest.raises(versions.QuestionChanged):
        versions.update_survey_question(
            session, survey, OVERALL_KEY, OVERALL_QUESTION, after_key="", seen_fingerprint=seen, now=NOON
        )
    with pytest.raises(versions.QuestionChanged):
        versions.delete_survey_question(session, survey, "gone", NOON)
    with pytest.raises(versions.QuestionChanged):
        versions.replace_survey_questions(session, survey, [TEXT], seen, NOON)
    assert list_version_questions(survey.current_version)[0].text == make_text("first")


def test_a_closed_survey_cannot_be_edited(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    close_survey(session, survey, NOON)
    with pytest.raises(versions.SurveyEditingClosed):
        versions.create_survey_question(session, survey, TEXT, "", NOON)


def test_an_answered_anonymous_survey_cannot_be_edited(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    versions.create_survey_question(session, survey, TEXT, OVERALL_KEY, NOON)
    record_response(session, survey, people[0], {"overall": 4}, "kk", NOON)
    with pytest.raises(versions.AnonymousSurveyAnswered):
        versions.create_survey_question(session, survey, TEXT, OVERALL_KEY, NOON)


def test_the_last_question_of_a_released_survey_cannot_be_removed(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    with pytest.raises(versions.QuestionsMissing):
        versions.delete_survey_question(session, survey, OVERALL_KEY, NOON)


NEW_QUESTIONS = st.builds(
    lambda kind, text, required: SurveyQuestion(
        "",
        kind,
        make_text(text),
        required,
        choices=tuple(Choice("", make_text(key)) for key in ("ward", "home")) if kind == "single" else (),
        rows=tuple(Choice("", make_text(key)) for key in ("first", "second")) if kind == "matrix" else (),
    ),
    st.sampled_from(
        [SurveyQuestionKind.SINGLE, SurveyQuestionKind.MATRIX, SurveyQuestionKind.TEXT, SurveyQuestionKind.YES_NO]
    ),
    st.sampled_from(["work", "place", "time"]),
    st.booleans(),
)
POSITIONS = st.integers(0, 6)
STEPS = st.one_of(
    st.tuples(st.just("add"), POSITIONS, NEW_QUESTIONS),
    st.tuples(st.just("change"), POSITIONS, NEW_QUESTIONS, st.booleans()),
    st.tuples(st.just("move"), POSITIONS, st.booleans()),
    st.tuples(st.just("remove"), POSITIONS),
    st.tuples(st.just("answer"), st.integers(0, 9)),
    st.tuples(st.just("draft"), st.integers(0, 9)),
)
EXPECTED_ERRORS = (
    versions.QuestionsInvalid,
    versions.QuestionsMissing,
    versions.QuestionChanged,
    AnswersInvalid,
    SurveyClosed,
)


def apply_step(session: Session, survey: Survey, people: list[Registration], step: tuple[Any, ...]) -> None:
    """Perform one action on a survey; a rejected action changes nothing."""
    keys = list_current_keys(survey)
    key = keys[step[1] % len(keys)] if keys else ""
    if step[0] == "add":
        versions.create_survey_question(session, survey, step[2], key, NOON)
    elif step[0] == "change" and key:
        old_question = next(
            question for question in list_version_questions(survey.current_version) if question.key == key
        )
        changed_question = replace(old_question, text=step[2].text, required=step[2].required)
        versions.update_survey_question(
            session,
            survey,
            key,
            changed_question,
            after_key="",
            seen_fingerprint=compute_current_fingerprint(survey, key),
            now=NOON,
            counted_together=step[3],
        )
    elif step[0] == "move":
        versions.move_survey_question(session, survey, key, step[2], NOON)
    elif step[0] == "remove":
        versions.delete_survey_question(session, survey, key, NOON)
    elif step[0] == "answer":
        good: dict[str, Any] = {"single": None, "matrix": {}, "text": "Иә", "yes_no": True, "satisfaction": 5}
        answers = {question.key: good[question.kind] for question in list_version_questions(survey.current_version)}
        record_response(
            session, survey, people[step[1]], answers, "kk", NOON, fingerprint=survey.current_version.fingerprint
        )
    elif step[0] == "draft":
        draft = session.get(SurveyDraft, (survey.id, people[step[1]].id))
        if draft is None:
            columns = {"survey_id": survey.id, "registration_id": people[step[1]].id, "answers": {}, "saved_at": NOON}
            session.add(SurveyDraft(version_id=survey.current_version.id, **columns))
            session.flush()


@settings(max_examples=25)
@given(st.booleans(), st.lists(STEPS, max_size=14))
def test_no_sequence_of_actions_changes_an_answered_version(
    session: Session, past_seminar: Seminar, people: list[Registration], released: bool, steps: list[tuple[Any, ...]]
) -> None:
    session.rollback()
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), released=released)
    fixed: dict[int, list[dict[str, Any]]] = {}
    for step in steps:
        try:
            apply_step(session, survey, people, step)
        except EXPECTED_ERRORS:
            session.flush()
        answered_ids = versions.list_answered_version_ids(session, survey)
        session.expire_all()
        questions_by_id = {version.id: version.questions for version in survey.versions}
        for version_id in answered_ids:
            assert fixed.setdefault(version_id, questions_by_id[version_id]) == questions_by_id[version_id]
        assert [version.number for version in survey.versions] == sorted(
            {version.number for version in survey.versions}
        )
        kinds_by_key: dict[str, set[str]] = {}
        for version in survey.versions:
            for question in version.questions:
                kinds_by_key.setdefault(question["key"], set()).add(question["kind"])
        assert all(len(kinds) == 1 for kinds in kinds_by_key.values()), "one key, two kinds of answers"


def run_in_own_session(app: Flask, survey_id: int, act: Callable[[Session, Survey], Any]) -> Callable[[], str]:
    """Return a function that acts in its own transaction, after it has loaded the survey; it returns the name of the error."""

    def run() -> str:
        with app.app_context():
            survey = db.session.get_one(Survey, survey_id)
            assert survey.current_version.questions
            try:
                act(db.session(), survey)
                db.session.commit()
            except (SurveyVersionChanged, versions.QuestionChanged) as error:
                db.session.rollback()
                return type(error).__name__
            return "kept"

    return run


def test_concurrent_organizers_can_all_add_a_question(app: Flask, session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    session.commit()
    add = run_in_own_session(
        app,
        survey.id,
        lambda own_session, own_survey: versions.create_survey_question(
            own_session, own_survey, TEXT, OVERALL_KEY, NOON
        ),
    )
    assert run_concurrently(add, add, add) == ["kept"] * 3
    session.expire_all()
    assert sorted(list_current_keys(survey)) == [OVERALL_KEY, "remark_eng", "remark_eng_2", "remark_eng_3"]


def test_an_answer_during_a_change_belongs_to_the_version_that_was_shown(
    app: Flask, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    session.commit()
    ids, seen = [registration.id for registration in people[:5]], survey.current_version.fingerprint

    def answer(registration_id: int) -> Callable[[Session, Survey], None]:
        return lambda own_session, own_survey: record_response(
            own_session,
            own_survey,
            own_session.get_one(Registration, registration_id),
            {"overall": 5},
            "kk",
            NOON,
            fingerprint=seen,
        )

    change = run_in_own_session(
        app,
        survey.id,
        lambda own_session, own_survey: versions.create_survey_question(
            own_session, own_survey, TEXT, OVERALL_KEY, NOON
        ),
    )
    outcomes = run_concurrently(change, *(run_in_own_session(app, survey.id, answer(id)) for id in ids))
    session.expire_all()
    responses = session.query(SurveyResponse).all()
    assert len(responses) == outcomes[1:].count("kept")
    assert {response.version.number for response in responses} <= {1}
    assert [len(version.questions) for version in survey.versions] == [1, 2]


def test_choices_keep_their_keys_when_their_text_changes(session: Session, past_seminar: Seminar) -> None:
    question = SurveyQuestion(
        "work", SurveyQuestionKind.SINGLE, make_text("work"), choices=make_choices("ward", "home")
    )
    survey = make_survey(session, past_seminar, (question,))
    changed_choices = (
        Choice("home", make_text("at home")),
        Choice("", make_text("ward")),
        Choice("made up", make_text("lift")),
    )
    assert [choice.key for choice in change_question(session, survey, "work", choices=changed_choices).choices] == [
        "home",
        "ward_eng",
        "lift_eng",
    ]
