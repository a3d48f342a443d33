"""Changing a survey: whatever happens in whatever order, an answered version stays as it was answered."""

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
    """Ten people who were there."""
    past_seminar.capacity = 20
    found = [
        register_person(
            session, past_seminar, AIGUL, surname="Сейіт" + "абвгғдежзи"[each], phone=f"+770155502{each:02}"
        )
        for each in range(10)
    ]
    for each in found:
        mark_sessions(session, each, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    session.commit()
    return found


def list_current_keys(survey: Survey) -> list[str]:
    """The keys of what is asked now."""
    return [each.key for each in list_version_questions(survey.current_version)]


def compute_current_fingerprint(survey: Survey, key: str) -> str:
    """The mark of a question as it is now."""
    return versions.compute_questions_fingerprint(
        [each for each in list_version_questions(survey.current_version) if each.key == key]
    )


def change_question(session: Session, survey: Survey, key: str, **more: Any) -> SurveyQuestion:
    """Change a question where it stands."""
    there = list_version_questions(survey.current_version)
    place = [each.key for each in there].index(key)
    facts: dict[str, Any] = {
        "after_key": there[place - 1].key if place else "",
        "seen_fingerprint": compute_current_fingerprint(survey, key),
        "now": NOON,
    }
    counts_on = more.pop("counts_on", True)
    return versions.update_survey_question(
        session, survey, key, replace(there[place], **more), counted_together=counts_on, **facts
    )


def test_keys_are_made_of_the_words_and_never_given_twice() -> None:
    assert build_unique_key(make_text("Work place"), {"x"}, "question") == "work_place_eng"
    assert (
        build_unique_key(replace(make_text(""), en="", kk="Жұмыс орны", ru=""), {"zhumys_orny"}, "question")
        == "zhumys_orny_2"
    )
    assert build_unique_key(replace(make_text(""), en="???", kk="", ru=""), set(), "question") == "question"
    assert build_unique_key(replace(make_text(""), en="5 steps", kk="", ru=""), set(), "question") == "steps"
    assert len(build_unique_key(replace(make_text(""), en="long " * 30), set(), "question")) <= 30


@given(st.text(max_size=60), st.sets(st.sampled_from(["a", "question", "question_2", "choice"])))
def test_whatever_the_words_the_key_is_one(text: str, taken: set[str]) -> None:
    key = build_unique_key(replace(make_text(""), en=text), taken, "question")
    assert KEY_PATTERN.fullmatch(key)
    assert key not in taken


def test_questions_are_put_moved_and_taken_away(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False)
    versions.create_survey_question(session, survey, WARD, OVERALL_KEY, NOON)
    versions.create_survey_question(session, survey, TEXT, "", NOON)
    assert list_current_keys(survey) == ["remark_eng", OVERALL_KEY, "ward_eng"]
    versions.move_survey_question(session, survey, OVERALL_KEY, True, NOON)
    versions.move_survey_question(session, survey, OVERALL_KEY, True, NOON)
    assert list_current_keys(survey) == [OVERALL_KEY, "remark_eng", "ward_eng"]
    versions.delete_survey_question(session, survey, "remark_eng", NOON)
    assert list_current_keys(survey) == [OVERALL_KEY, "ward_eng"]
    assert [each.key for each in list_version_questions(survey.current_version)[1].choices] == ["a_eng", "b_eng"]
    assert len(survey.versions) == 1


def test_a_condition_holds_the_order(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False)
    wish = replace(TEXT, show_if=Condition(OVERALL_KEY, ("1", "2")))
    versions.create_survey_question(session, survey, wish, OVERALL_KEY, NOON)
    for change in (
        lambda: versions.move_survey_question(session, survey, OVERALL_KEY, False, NOON),
        lambda: versions.delete_survey_question(session, survey, OVERALL_KEY, NOON),
        lambda: versions.create_survey_question(session, survey, wish, "", NOON),
    ):
        with pytest.raises(versions.QuestionsInvalid) as refused:
            change()
        assert refused.value.problems[0].kind == QuestionProblemKind.CONDITION
    assert list_current_keys(survey) == [OVERALL_KEY, "remark_eng"]


def test_a_change_makes_the_next_version_once_somebody_has_answered(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    record_response(session, survey, people[0], {"overall": 4}, "kk", NOON, fingerprint=survey.versions[0].fingerprint)
    versions.create_survey_question(session, survey, TEXT, OVERALL_KEY, NOON)
    assert [(each.number, len(each.questions)) for each in survey.versions] == [(1, 1), (2, 2)]
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
    assert [each.version.number for each in session.query(SurveyResponse).order_by(SurveyResponse.id)] == [1, 2]


def test_a_version_that_somebody_may_have_before_them_gets_another_number(
    session: Session, past_seminar: Seminar
) -> None:
    opened = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    versions.create_survey_question(session, opened, TEXT, OVERALL_KEY, NOON)
    assert opened.current_version.number == 2
    later = make_survey(session, past_seminar, (OVERALL_QUESTION,), number=3, opens_at=NOON + timedelta(days=1))
    versions.create_survey_question(session, later, TEXT, OVERALL_KEY, NOON)
    assert later.current_version.number == 1


def test_a_draft_holds_its_version_too(session: Session, past_seminar: Seminar, people: list[Registration]) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), opens_at=NOON + timedelta(days=1))
    key = {"survey_id": survey.id, "registration_id": people[0].id, "version_id": survey.current_version.id}
    session.add(SurveyDraft(**key, answers={"overall": 3}, saved_at=NOON))
    session.flush()
    versions.create_survey_question(session, survey, TEXT, OVERALL_KEY, NOON)
    assert [len(each.questions) for each in survey.versions] == [1, 2]


def test_saving_without_a_change_makes_no_version(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    record_response(session, survey, people[0], {"overall": 4}, "kk", NOON)
    change_question(session, survey, OVERALL_KEY)
    assert len(survey.versions) == 1


def test_a_question_keeps_its_key_unless_it_asks_something_else(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, QUESTION_OF_EACH_KIND)
    follows = replace(TEXT, show_if=Condition("work", ("home",)))
    versions.create_survey_question(session, survey, follows, "work", NOON)
    assert change_question(session, survey, "work", text=make_text("workplace")).key == "work"
    other = change_question(session, survey, "work", text=make_text("country"), counts_on=False)
    assert other.key == "country_eng"
    assert [each.key for each in other.choices] == ["ward", "home", "other"]
    [conditional] = [each for each in list_version_questions(survey.current_version) if each.show_if]
    assert conditional.show_if == Condition("country_eng", ("home",))
    assert change_question(session, survey, "trainers", scale=SurveyQuestionKind.SATISFACTION).key == "trainers_eng"
    assert change_question(session, survey, OVERALL_KEY, text=make_text("in all"), counts_on=False).key == OVERALL_KEY


def test_a_key_is_never_given_to_another_question(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    assert versions.create_survey_question(session, survey, TEXT, OVERALL_KEY, NOON).key == "remark_eng"
    versions.delete_survey_question(session, survey, "remark_eng", NOON)
    assert versions.create_survey_question(session, survey, TEXT, OVERALL_KEY, NOON).key == "remark_eng_2"


def test_the_own_code_is_never_asked_beside_a_name(session: Session, past_seminar: Seminar) -> None:
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


def test_the_own_code_is_asked_once(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    code = SurveyQuestion("", SurveyQuestionKind.CODE, make_text("code"))
    assert versions.create_survey_question(session, survey, code, "", NOON).key == OWN_CODE_KEY
    with pytest.raises(versions.QuestionsInvalid):
        versions.create_survey_question(session, survey, code, "", NOON)


def test_of_two_who_change_the_same_question_the_second_is_told(session: Session, past_seminar: Seminar) -> None:
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


def test_a_closed_survey_stays(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    close_survey(session, survey, NOON)
    with pytest.raises(versions.SurveyEditingClosed):
        versions.create_survey_question(session, survey, TEXT, "", NOON)


def test_an_anonymous_survey_stays_once_somebody_has_answered(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    versions.create_survey_question(session, survey, TEXT, OVERALL_KEY, NOON)
    record_response(session, survey, people[0], {"overall": 4}, "kk", NOON)
    with pytest.raises(versions.AnonymousSurveyAnswered):
        versions.create_survey_question(session, survey, TEXT, OVERALL_KEY, NOON)


def test_a_released_survey_keeps_one_question(session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    with pytest.raises(versions.QuestionsMissing):
        versions.delete_survey_question(session, survey, OVERALL_KEY, NOON)


NEW_QUESTIONS = st.builds(
    lambda kind, text, required: SurveyQuestion(
        "",
        kind,
        make_text(text),
        required,
        choices=tuple(Choice("", make_text(each)) for each in ("ward", "home")) if kind == "single" else (),
        rows=tuple(Choice("", make_text(each)) for each in ("first", "second")) if kind == "matrix" else (),
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
    """Do one thing to a survey; what is refused changes nothing."""
    there = list_current_keys(survey)
    key = there[step[1] % len(there)] if there else ""
    if step[0] == "add":
        versions.create_survey_question(session, survey, step[2], key, NOON)
    elif step[0] == "change" and key:
        before = next(each for each in list_version_questions(survey.current_version) if each.key == key)
        wish = replace(before, text=step[2].text, required=step[2].required)
        versions.update_survey_question(
            session,
            survey,
            key,
            wish,
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
        given = {each.key: good[each.kind] for each in list_version_questions(survey.current_version)}
        record_response(
            session, survey, people[step[1]], given, "kk", NOON, fingerprint=survey.current_version.fingerprint
        )
    elif step[0] == "draft":
        draft = session.get(SurveyDraft, (survey.id, people[step[1]].id))
        if draft is None:
            facts = {"survey_id": survey.id, "registration_id": people[step[1]].id, "answers": {}, "saved_at": NOON}
            session.add(SurveyDraft(version_id=survey.current_version.id, **facts))
            session.flush()


@settings(max_examples=25)
@given(st.booleans(), st.lists(STEPS, max_size=14))
def test_whatever_the_sequence_an_answered_version_never_changes(
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
        held_now = versions.list_answered_version_ids(session, survey)
        session.expire_all()
        now = {each.id: each.questions for each in survey.versions}
        for each in held_now:
            assert fixed.setdefault(each, now[each]) == now[each]
        assert [each.number for each in survey.versions] == sorted({each.number for each in survey.versions})
        every: dict[str, set[str]] = {}
        for version in survey.versions:
            for asked in version.questions:
                every.setdefault(asked["key"], set()).add(asked["kind"])
        assert all(len(kinds) == 1 for kinds in every.values()), "one key, two kinds of answers"


def run_in_own_session(app: Flask, survey_id: int, act: Callable[[Session, Survey], Any]) -> Callable[[], str]:
    """Do something in a transaction of its own, looking at the survey before it waits for the others."""

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


def test_two_organizers_at_once_both_add(app: Flask, session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    session.commit()
    add = run_in_own_session(
        app, survey.id, lambda own, there: versions.create_survey_question(own, there, TEXT, OVERALL_KEY, NOON)
    )
    assert run_concurrently(add, add, add) == ["kept"] * 3
    session.expire_all()
    assert sorted(list_current_keys(survey)) == [OVERALL_KEY, "remark_eng", "remark_eng_2", "remark_eng_3"]


def test_who_answers_while_an_organizer_changes_answers_what_was_shown(
    app: Flask, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    session.commit()
    ids, seen = [each.id for each in people[:5]], survey.current_version.fingerprint

    def answer(registration_id: int) -> Callable[[Session, Survey], None]:
        return lambda own, there: record_response(
            own, there, own.get_one(Registration, registration_id), {"overall": 5}, "kk", NOON, fingerprint=seen
        )

    change = run_in_own_session(
        app, survey.id, lambda own, there: versions.create_survey_question(own, there, TEXT, OVERALL_KEY, NOON)
    )
    said = run_concurrently(change, *(run_in_own_session(app, survey.id, answer(each)) for each in ids))
    session.expire_all()
    kept = session.query(SurveyResponse).all()
    assert len(kept) == said[1:].count("kept")
    assert {each.version.number for each in kept} <= {1}
    assert [len(each.questions) for each in survey.versions] == [1, 2]


def test_choices_are_known_by_their_keys(session: Session, past_seminar: Seminar) -> None:
    asked = SurveyQuestion("work", SurveyQuestionKind.SINGLE, make_text("work"), choices=make_choices("ward", "home"))
    survey = make_survey(session, past_seminar, (asked,))
    wished = (Choice("home", make_text("at home")), Choice("", make_text("ward")), Choice("made up", make_text("lift")))
    assert [each.key for each in change_question(session, survey, "work", choices=wished).choices] == [
        "home",
        "ward_eng",
        "lift_eng",
    ]
