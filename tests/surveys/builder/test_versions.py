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

from tests.concurrency import at_once
from tests.factories import AIGUL, NOON, marked, registered
from tests.surveys.survey_factories import ONE_OF_EACH, OVERALL_ITEM, a_survey, choices, words
from trainer.attendance.models import Status
from trainer.extensions import db
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close
from trainer.surveys.builder import versions
from trainer.surveys.models import Survey, SurveyDraft, SurveyResponse
from trainer.surveys.questions.keys import key_for
from trainer.surveys.questions.model import KEY, OVERALL, OWN_CODE, Choice, Condition, Question, QuestionKind, Wrong
from trainer.surveys.questions.validation import AnswersRefused
from trainer.surveys.responses import OtherVersion, SurveyClosed, keep_response, questions_of

WARD = Question("", QuestionKind.SINGLE, words("ward"), choices=(Choice("", words("a")), Choice("", words("b"))))
TEXT = Question("", QuestionKind.TEXT, words("remark"))


@pytest.fixture
def people(session: Session, held: Seminar) -> list[Registration]:
    """Ten people who were there."""
    held.capacity = 20
    found = [
        registered(session, held, AIGUL, surname="Сейіт" + "абвгғдежзи"[each], phone=f"+770155502{each:02}")
        for each in range(10)
    ]
    for each in found:
        marked(session, each, Status.PRESENT, Status.PRESENT)
    session.commit()
    return found


def keys(survey: Survey) -> list[str]:
    """The keys of what is asked now."""
    return [each.key for each in questions_of(survey.current)]


def mark(survey: Survey, key: str) -> str:
    """The mark of a question as it is now."""
    return versions.mark_of([each for each in questions_of(survey.current) if each.key == key])


def changed(session: Session, survey: Survey, key: str, **more: Any) -> Question:
    """Change a question where it stands."""
    there = questions_of(survey.current)
    place = [each.key for each in there].index(key)
    facts: dict[str, Any] = {"after": there[place - 1].key if place else "", "seen": mark(survey, key), "now": NOON}
    counts_on = more.pop("counts_on", True)
    return versions.change(session, survey, key, replace(there[place], **more), counts_on=counts_on, **facts)


def test_keys_are_made_of_the_words_and_never_given_twice() -> None:
    assert key_for(words("Work place"), {"x"}, "question") == "work_place_eng"
    assert key_for(replace(words(""), en="", kk="Жұмыс орны", ru=""), {"zhumys_orny"}, "question") == "zhumys_orny_2"
    assert key_for(replace(words(""), en="???", kk="", ru=""), set(), "question") == "question"
    assert key_for(replace(words(""), en="5 steps", kk="", ru=""), set(), "question") == "steps"
    assert len(key_for(replace(words(""), en="long " * 30), set(), "question")) <= 30


@given(st.text(max_size=60), st.sets(st.sampled_from(["a", "question", "question_2", "choice"])))
def test_whatever_the_words_the_key_is_one(text: str, taken: set[str]) -> None:
    key = key_for(replace(words(""), en=text), taken, "question")
    assert KEY.fullmatch(key)
    assert key not in taken


def test_questions_are_put_moved_and_taken_away(session: Session, held: Seminar) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,), released=False)
    versions.add(session, survey, WARD, OVERALL, NOON)
    versions.add(session, survey, TEXT, "", NOON)
    assert keys(survey) == ["remark_eng", OVERALL, "ward_eng"]
    versions.move(session, survey, OVERALL, True, NOON)
    versions.move(session, survey, OVERALL, True, NOON)
    assert keys(survey) == [OVERALL, "remark_eng", "ward_eng"]
    versions.remove(session, survey, "remark_eng", NOON)
    assert keys(survey) == [OVERALL, "ward_eng"]
    assert [each.key for each in questions_of(survey.current)[1].choices] == ["a_eng", "b_eng"]
    assert len(survey.versions) == 1


def test_a_condition_holds_the_order(session: Session, held: Seminar) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,), released=False)
    wish = replace(TEXT, show_if=Condition(OVERALL, ("1", "2")))
    versions.add(session, survey, wish, OVERALL, NOON)
    for change in (
        lambda: versions.move(session, survey, OVERALL, False, NOON),
        lambda: versions.remove(session, survey, OVERALL, NOON),
        lambda: versions.add(session, survey, wish, "", NOON),
    ):
        with pytest.raises(versions.QuestionsRefused) as refused:
            change()
        assert refused.value.problems[0].wrong == Wrong.CONDITION
    assert keys(survey) == [OVERALL, "remark_eng"]


def test_a_change_makes_the_next_version_once_somebody_has_answered(
    session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,))
    keep_response(session, survey, people[0], {"overall": 4}, "kk", NOON, version=survey.versions[0].mark)
    versions.add(session, survey, TEXT, OVERALL, NOON)
    assert [(each.number, len(each.questions)) for each in survey.versions] == [(1, 1), (2, 2)]
    with pytest.raises(OtherVersion):
        keep_response(session, survey, people[1], {"overall": 5}, "kk", NOON, version=survey.versions[0].mark)
    keep_response(
        session, survey, people[1], {"overall": 5, "remark_eng": "Жақсы"}, "kk", NOON, version=survey.versions[1].mark
    )
    assert [each.version.number for each in session.query(SurveyResponse).order_by(SurveyResponse.id)] == [1, 2]


def test_a_version_that_somebody_may_have_before_them_gets_another_number(session: Session, held: Seminar) -> None:
    opened = a_survey(session, held, (OVERALL_ITEM,))
    versions.add(session, opened, TEXT, OVERALL, NOON)
    assert opened.current.number == 2
    later = a_survey(session, held, (OVERALL_ITEM,), number=3, opens_at=NOON + timedelta(days=1))
    versions.add(session, later, TEXT, OVERALL, NOON)
    assert later.current.number == 1


def test_a_draft_holds_its_version_too(session: Session, held: Seminar, people: list[Registration]) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,), opens_at=NOON + timedelta(days=1))
    key = {"survey_id": survey.id, "registration_id": people[0].id, "version_id": survey.current.id}
    session.add(SurveyDraft(**key, answers={"overall": 3}, saved_at=NOON))
    session.flush()
    versions.add(session, survey, TEXT, OVERALL, NOON)
    assert [len(each.questions) for each in survey.versions] == [1, 2]


def test_saving_without_a_change_makes_no_version(session: Session, held: Seminar, people: list[Registration]) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,))
    keep_response(session, survey, people[0], {"overall": 4}, "kk", NOON)
    changed(session, survey, OVERALL)
    assert len(survey.versions) == 1


def test_a_question_keeps_its_key_unless_it_asks_something_else(session: Session, held: Seminar) -> None:
    survey = a_survey(session, held, ONE_OF_EACH)
    follows = replace(TEXT, show_if=Condition("work", ("home",)))
    versions.add(session, survey, follows, "work", NOON)
    assert changed(session, survey, "work", text=words("workplace")).key == "work"
    other = changed(session, survey, "work", text=words("country"), counts_on=False)
    assert other.key == "country_eng"
    assert [each.key for each in other.choices] == ["ward", "home", "other"]
    [conditional] = [each for each in questions_of(survey.current) if each.show_if]
    assert conditional.show_if == Condition("country_eng", ("home",))
    assert changed(session, survey, "trainers", scale=QuestionKind.SATISFACTION).key == "trainers_eng"
    assert changed(session, survey, OVERALL, text=words("in all"), counts_on=False).key == OVERALL


def test_a_key_is_never_given_to_another_question(session: Session, held: Seminar) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,))
    assert versions.add(session, survey, TEXT, OVERALL, NOON).key == "remark_eng"
    versions.remove(session, survey, "remark_eng", NOON)
    assert versions.add(session, survey, TEXT, OVERALL, NOON).key == "remark_eng_2"


def test_the_own_code_is_never_asked_beside_a_name(session: Session, held: Seminar) -> None:
    named = a_survey(session, held, (OVERALL_ITEM,))
    code = Question(OWN_CODE, QuestionKind.CODE, words("code"))
    with pytest.raises(versions.CodeWithNames):
        versions.add(session, named, code, "", NOON)
    with pytest.raises(versions.CodeWithNames):
        versions.replace_all(session, named, [code], versions.mark_of(questions_of(named.current)), NOON)


def test_the_own_code_is_asked_once(session: Session, held: Seminar) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,), anonymous=True)
    code = Question("", QuestionKind.CODE, words("code"))
    assert versions.add(session, survey, code, "", NOON).key == OWN_CODE
    with pytest.raises(versions.QuestionsRefused):
        versions.add(session, survey, code, "", NOON)


def test_of_two_who_change_the_same_question_the_second_is_told(session: Session, held: Seminar) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,))
    seen = mark(survey, OVERALL)
    changed(session, survey, OVERALL, text=words("first"))
    with pytest.raises(versions.ChangedMeanwhile):
        versions.change(session, survey, OVERALL, OVERALL_ITEM, after="", seen=seen, now=NOON)
    with pytest.raises(versions.ChangedMeanwhile):
        versions.remove(session, survey, "gone", NOON)
    with pytest.raises(versions.ChangedMeanwhile):
        versions.replace_all(session, survey, [TEXT], seen, NOON)
    assert questions_of(survey.current)[0].text == words("first")


def test_a_closed_survey_stays(session: Session, held: Seminar) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,))
    close(session, survey, NOON)
    with pytest.raises(versions.SurveyOver):
        versions.add(session, survey, TEXT, "", NOON)


def test_an_anonymous_survey_stays_once_somebody_has_answered(
    session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,), anonymous=True)
    versions.add(session, survey, TEXT, OVERALL, NOON)
    keep_response(session, survey, people[0], {"overall": 4}, "kk", NOON)
    with pytest.raises(versions.AnonymousStands):
        versions.add(session, survey, TEXT, OVERALL, NOON)


def test_a_released_survey_keeps_one_question(session: Session, held: Seminar) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,))
    with pytest.raises(versions.NoQuestions):
        versions.remove(session, survey, OVERALL, NOON)


WISHES = st.builds(
    lambda kind, text, required: Question(
        "",
        kind,
        words(text),
        required,
        choices=tuple(Choice("", words(each)) for each in ("ward", "home")) if kind == "single" else (),
        rows=tuple(Choice("", words(each)) for each in ("first", "second")) if kind == "matrix" else (),
    ),
    st.sampled_from([QuestionKind.SINGLE, QuestionKind.MATRIX, QuestionKind.TEXT, QuestionKind.YES_NO]),
    st.sampled_from(["work", "place", "time"]),
    st.booleans(),
)
PLACES = st.integers(0, 6)
STEPS = st.one_of(
    st.tuples(st.just("add"), PLACES, WISHES),
    st.tuples(st.just("change"), PLACES, WISHES, st.booleans()),
    st.tuples(st.just("move"), PLACES, st.booleans()),
    st.tuples(st.just("remove"), PLACES),
    st.tuples(st.just("answer"), st.integers(0, 9)),
    st.tuples(st.just("draft"), st.integers(0, 9)),
)
REFUSALS = (versions.QuestionsRefused, versions.NoQuestions, versions.ChangedMeanwhile, AnswersRefused, SurveyClosed)


def take(session: Session, survey: Survey, people: list[Registration], step: tuple[Any, ...]) -> None:
    """Do one thing to a survey; what is refused changes nothing."""
    there = keys(survey)
    key = there[step[1] % len(there)] if there else ""
    if step[0] == "add":
        versions.add(session, survey, step[2], key, NOON)
    elif step[0] == "change" and key:
        before = next(each for each in questions_of(survey.current) if each.key == key)
        wish = replace(before, text=step[2].text, required=step[2].required)
        versions.change(session, survey, key, wish, after="", seen=mark(survey, key), now=NOON, counts_on=step[3])
    elif step[0] == "move":
        versions.move(session, survey, key, step[2], NOON)
    elif step[0] == "remove":
        versions.remove(session, survey, key, NOON)
    elif step[0] == "answer":
        good: dict[str, Any] = {"single": None, "matrix": {}, "text": "Иә", "yes_no": True, "satisfaction": 5}
        given = {each.key: good[each.kind] for each in questions_of(survey.current)}
        keep_response(session, survey, people[step[1]], given, "kk", NOON, version=survey.current.mark)
    elif step[0] == "draft":
        draft = session.get(SurveyDraft, (survey.id, people[step[1]].id))
        if draft is None:
            facts = {"survey_id": survey.id, "registration_id": people[step[1]].id, "answers": {}, "saved_at": NOON}
            session.add(SurveyDraft(version_id=survey.current.id, **facts))
            session.flush()


@settings(max_examples=25)
@given(st.booleans(), st.lists(STEPS, max_size=14))
def test_whatever_the_sequence_an_answered_version_never_changes(
    session: Session, held: Seminar, people: list[Registration], released: bool, steps: list[tuple[Any, ...]]
) -> None:
    session.rollback()
    survey = a_survey(session, held, (OVERALL_ITEM,), released=released)
    fixed: dict[int, list[dict[str, Any]]] = {}
    for step in steps:
        try:
            take(session, survey, people, step)
        except REFUSALS:
            session.flush()
        held_now = versions.answered_versions(session, survey)
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


def in_own_session(app: Flask, survey_id: int, act: Callable[[Session, Survey], Any]) -> Callable[[], str]:
    """Do something in a transaction of its own, looking at the survey before it waits for the others."""

    def run() -> str:
        with app.app_context():
            survey = db.session.get_one(Survey, survey_id)
            assert survey.current.questions
            try:
                act(db.session(), survey)
                db.session.commit()
            except (OtherVersion, versions.ChangedMeanwhile) as error:
                db.session.rollback()
                return type(error).__name__
            return "kept"

    return run


def test_two_organizers_at_once_both_add(app: Flask, session: Session, held: Seminar) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,))
    session.commit()
    add = in_own_session(app, survey.id, lambda own, there: versions.add(own, there, TEXT, OVERALL, NOON))
    assert at_once(add, add, add) == ["kept"] * 3
    session.expire_all()
    assert sorted(keys(survey)) == [OVERALL, "remark_eng", "remark_eng_2", "remark_eng_3"]


def test_who_answers_while_an_organizer_changes_answers_what_was_shown(
    app: Flask, session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,))
    session.commit()
    ids, seen = [each.id for each in people[:5]], survey.current.mark

    def answer(registration_id: int) -> Callable[[Session, Survey], None]:
        return lambda own, there: keep_response(
            own, there, own.get_one(Registration, registration_id), {"overall": 5}, "kk", NOON, version=seen
        )

    change = in_own_session(app, survey.id, lambda own, there: versions.add(own, there, TEXT, OVERALL, NOON))
    said = at_once(change, *(in_own_session(app, survey.id, answer(each)) for each in ids))
    session.expire_all()
    kept = session.query(SurveyResponse).all()
    assert len(kept) == said[1:].count("kept")
    assert {each.version.number for each in kept} <= {1}
    assert [len(each.questions) for each in survey.versions] == [1, 2]


def test_choices_are_known_by_their_keys(session: Session, held: Seminar) -> None:
    asked = Question("work", QuestionKind.SINGLE, words("work"), choices=choices("ward", "home"))
    survey = a_survey(session, held, (asked,))
    wished = (Choice("home", words("at home")), Choice("", words("ward")), Choice("made up", words("lift")))
    assert [each.key for each in changed(session, survey, "work", choices=wished).choices] == [
        "home",
        "ward_eng",
        "lift_eng",
    ]
