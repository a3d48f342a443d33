"""Removing, moving and editing questions: what is asked first, the way back to the place, and Undo."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import NOON, mark_sessions, register_person
from tests.surveys.survey_factories import OVERALL_QUESTION, QUESTION_OF_EACH_KIND, make_survey, make_text
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.seminars.models import Seminar
from trainer.surveys.builder import versions
from trainer.surveys.builder.changes.history import find_newest_survey_change
from trainer.surveys.builder.changes.notice import build_change_notice
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.questions.model import (
    OVERALL_KEY,
    Condition,
    QuestionProblemKind,
    SurveyQuestion,
    SurveyQuestionKind,
)
from trainer.surveys.responses import record_response

pytestmark = pytest.mark.one_database

WORK_KEY = "work"
ABOUT_WARD = replace(QUESTION_OF_EACH_KIND[-1], key="ward_only", show_if=Condition(WORK_KEY, ("ward", "home")))
PART = SurveyQuestion("part", SurveyQuestionKind.SECTION, make_text("part"), show_if=Condition("again", ("yes",)))
QUESTIONS = (*QUESTION_OF_EACH_KIND, ABOUT_WARD, PART, replace(QUESTION_OF_EACH_KIND[-1], key="inside"))


@pytest.fixture
def survey(session: Session, past_seminar: Seminar) -> Survey:
    """Return a survey with a question of every kind, conditions and a section, not released yet."""
    return make_survey(session, past_seminar, QUESTIONS, released=False)


def build_path(survey: Survey, page: str = "edit") -> str:
    """Return the path of a page of a survey."""
    return f"/desk/seminars/{survey.seminar_id}/surveys/{survey.number}/{page}"


def read_questions(session: Session, survey: Survey) -> list[SurveyQuestion]:
    """Return the questions of the current version as stored."""
    session.expire_all()
    return list_version_questions(survey.current_version)


def undo_newest(organizer: Visitor, session: Session, survey: Survey) -> str:
    """Press Undo on the page of all questions, and return where it leads to."""
    page = organizer.get(build_path(survey, "edit?lang=en"))
    [button] = [element for element in page.find_all("button") if "/undo/" in (element.get("formaction") or "")]
    answer = organizer.post(button.get("formaction"), page.read_form("arrange")[1])
    assert "Undone." in organizer.follow(answer).words
    return str(answer.location)


def choose_choices(question: SurveyQuestion, *keys: str) -> dict[str, str]:
    """Return the form fields of a question that keep only the choices or rows with these keys."""
    name, entries = ("choices", question.choices) if question.choices else ("rows", question.rows)
    return {
        f"{name}-{position}-text-{language}": text if entry.key in keys else ""
        for position, entry in enumerate(entries)
        for language, text in entry.text.to_mapping().items()
    }


def test_a_removed_question_or_section_comes_back_as_it_was(
    organizer: Visitor, session: Session, survey: Survey
) -> None:
    for question in (QUESTIONS[0], QUESTIONS[3], QUESTIONS[5], PART, QUESTIONS[-1]):
        position = QUESTIONS.index(question)
        asked = organizer.get(build_path(survey, f"edit/question/{question.key}/remove?lang=en"))
        assert f"{position + 1}. {question.text.en}" in asked.words
        assert read_questions(session, survey) == list(QUESTIONS)
        answer = organizer.submit(build_path(survey, f"edit/question/{question.key}/remove"))
        assert answer.location == build_path(survey) + "#change"
        remaining_keys = [other.key for other in QUESTIONS if other != question]
        assert [other.key for other in read_questions(session, survey)] == remaining_keys
        page = organizer.get(build_path(survey, "edit?lang=en"))
        ids = [element.get("id") or "" for element in page.find_all("li")]
        places = [name for name in ids if name == "change" or name.startswith("at-")]
        assert places[position] == "change"  # where the question was
        assert f"Removed: “{question.text.en}”." in page.words
        place = undo_newest(organizer, session, survey)
        assert place == build_path(survey, f"edit?at={question.key}#at-{question.key}")
        assert read_questions(session, survey) == list(QUESTIONS)


def test_the_page_that_asks_names_answers_conditions_and_the_questions_of_a_section(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(session, past_seminar, QUESTIONS)
    for answers in ({"overall": 5, "work": "ward"}, {"overall": 4}):
        person = register_person(session, past_seminar, surname=f"Омарова{'а' * len(answers)}")
        mark_sessions(session, person, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
        record_response(session, survey, person, answers, "kk", NOON)
    asked = {
        key: organizer.get(build_path(survey, f"edit/question/{key}/remove?lang=en"))
        for key in (OVERALL_KEY, "work", "again", "part", "city")
    }
    assert "2 people have answered it" in asked[OVERALL_KEY].words
    assert "1 person has answered it" in asked["work"].words
    assert build_path(survey, "edit/question/ward_only") in asked["work"].list_links()
    assert build_path(survey, "edit/question/part") in asked["again"].list_links()
    assert "Its question stays" in asked["part"].words and "no longer applies" in asked["part"].words
    assert "No one has answered it" in asked["city"].words
    organizer.submit(build_path(survey, f"edit/question/{WORK_KEY}/remove"))
    questions = {question.key: question for question in read_questions(session, survey)}
    assert questions["ward_only"].show_if is None
    undo_newest(organizer, session, survey)
    assert read_questions(session, survey) == list(QUESTIONS)
    assert len(survey.versions) == 3  # what was answered stays as it is
    assert list_version_questions(survey.versions[0]) == list(QUESTIONS)


@pytest.mark.parametrize(
    ("key", "kept"), [("work", ("other",)), ("tools", ("board", "chair")), ("trainers", ("second",))]
)
def test_choices_and_rows_are_removed_after_a_question_and_come_back(
    organizer: Visitor, session: Session, past_seminar: Seminar, key: str, kept: tuple[str, ...]
) -> None:
    single = QUESTION_OF_EACH_KIND[3]
    ward = replace(
        single, choices=(*single.choices, replace(single.choices[0], key="clinic", text=make_text("clinic")))
    )
    survey = make_survey(session, past_seminar, [ward if each == single else each for each in QUESTIONS])
    person = register_person(session, past_seminar)
    mark_sessions(session, person, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    answers = {"overall": 5, "work": "ward", "tools": ["lift"], "trainers": {"first": 3, "second": 3}}
    record_response(session, survey, person, answers, "kk", NOON)
    before = read_questions(session, survey)
    question = next(question for question in before if question.key == key)
    fields = choose_choices(question, *kept, "clinic")
    address = build_path(survey, f"edit/question/{key}?lang=en")
    asked = organizer.submit(address, fields, form="question", status=422)
    assert "Save again to confirm" in asked.words and "1 answer, which stays in the results" in asked.words
    assert ("It is a condition of: missing eng" in asked.words) == (key == "work")
    assert read_questions(session, survey) == before
    answer = organizer.post(address, asked.read_form("question")[1])
    assert answer.location == build_path(survey) + "#change"
    changed = {question.key: question for question in read_questions(session, survey)}
    assert {choice.key for choice in (*changed[key].choices, *changed[key].rows)} - {"clinic"} == set(kept)
    assert changed["ward_only"].show_if == (None if key == "work" else ABOUT_WARD.show_if)
    assert "Saved. Removed: “" in organizer.get(build_path(survey, "edit?lang=en")).words
    undo_newest(organizer, session, survey)
    assert read_questions(session, survey) == before


def test_the_buttons_of_a_row_change_the_form_and_return_to_the_row(
    organizer: Visitor, session: Session, survey: Survey
) -> None:
    address = build_path(survey, "edit/question/work")
    page = organizer.submit(address, {"remove": "0"}, form="question", status=200)
    fields = page.read_form("question")[1]
    assert [fields[f"choices-{place}-text-en"] for place in range(2)] == ["home eng", "other eng"]
    buttons = [button for button in page.find_all("button") if button.get("formaction")]
    assert {button.get("name") for button in buttons} == {"up", "remove", "more"}
    for button in buttons:
        shown = organizer.post(address, {**fields, button.get("name"): button.get("value")}, status=200)
        assert button.get("formaction")[1:] in {element.get("id") for element in shown.tree.iter()}, button.attrib
    assert read_questions(session, survey) == list(QUESTIONS)


def test_moving_leads_back_to_the_question_and_can_be_undone(
    organizer: Visitor, session: Session, survey: Survey
) -> None:
    answer = organizer.submit(build_path(survey), {"decision": "up city"}, form="arrange")
    assert answer.location == build_path(survey) + "#change"
    undo_newest(organizer, session, survey)
    assert read_questions(session, survey) == list(QUESTIONS)


def test_a_refused_move_is_explained_at_the_question(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(session, past_seminar, (QUESTION_OF_EACH_KIND[8], PART), released=False)
    answer = organizer.submit(build_path(survey, "edit?lang=en"), {"decision": "up part"}, form="arrange")
    assert answer.location == build_path(survey, "edit?at=part#at-part")
    page = organizer.follow(answer)
    [item] = [element for element in page.find_all("li") if element.get("id") == "at-part"]
    assert "must come before it" in " ".join(item.itertext())
    assert page.words.count("must come before it") == 1


def test_several_changes_are_undone_one_after_another_and_only_the_newest_first(
    organizer: Visitor, session: Session, survey: Survey
) -> None:
    organizer.submit(build_path(survey, f"edit/question/{WORK_KEY}/remove"))
    page = organizer.get(build_path(survey))
    [button] = [element for element in page.find_all("button") if "/undo/" in (element.get("formaction") or "")]
    organizer.submit(build_path(survey, "edit/question/city/remove"))
    refused = organizer.post(button.get("formaction") + "?lang=en", page.read_form("arrange")[1])
    assert "Another person has changed" in organizer.follow(refused).words
    undo_newest(organizer, session, survey)
    undo_newest(organizer, session, survey)
    assert read_questions(session, survey) == list(QUESTIONS)
    assert "/undo/" not in organizer.get(build_path(survey)).text


def test_a_step_of_a_checklist_is_removed_and_comes_back(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    step = replace(QUESTION_OF_EACH_KIND[8], required=True)
    survey = make_survey(session, past_seminar, (step, OVERALL_QUESTION), purpose=SurveyPurpose.CHECKLIST)
    organizer.submit(build_path(survey, "edit/question/again/remove"))
    assert read_questions(session, survey) == [OVERALL_QUESTION]
    undo_newest(organizer, session, survey)
    assert read_questions(session, survey) == [step, OVERALL_QUESTION]


def test_undo_is_offered_for_a_day(organizer: Visitor, session: Session, survey: Survey) -> None:
    organizer.submit(build_path(survey, "edit/question/city/remove"))
    change = find_newest_survey_change(session, survey, NOON)
    assert change is not None
    assert find_newest_survey_change(session, survey, NOON + timedelta(days=2)) is None
    with pytest.raises(versions.QuestionChanged):
        versions.undo_survey_change(session, survey, change.id, NOON + timedelta(days=2))
    versions.delete_survey_question(session, survey, "missing", NOON + timedelta(days=2))
    assert len(session.query(type(change)).all()) == 1  # the older one is forgotten


def change_question(session: Session, survey: Survey, action: str, position: int) -> None:
    """Do one of five things to the question at a position; nothing if a condition forbids it."""
    questions = list_version_questions(survey.current_version)
    question = questions[position % len(questions)]
    try:
        if action in ("up", "down"):
            versions.move_survey_question(session, survey, question.key, action == "up", NOON)
        elif action == "remove":
            versions.delete_survey_question(session, survey, question.key, NOON)
        elif action == "add":
            versions.create_survey_question(session, survey, ABOUT_WARD, question.key, NOON)
        else:
            choices = question.choices[1:] if len(question.choices) > 2 else question.choices
            versions.update_survey_question(
                session,
                survey,
                question.key,
                replace(question, text=make_text("other"), choices=choices),
                after_key="",
                seen_fingerprint=versions.compute_questions_fingerprint([question]),
                now=NOON,
            )
    except versions.QuestionsInvalid as error:
        assert error.problems[0].kind == QuestionProblemKind.CONDITION


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    actions=st.lists(
        st.tuples(st.sampled_from(("up", "down", "remove", "add", "edit")), st.integers(0, 13)), max_size=6
    )
)
def test_any_changes_are_undone_back_to_the_beginning(
    session: Session, past_seminar: Seminar, actions: list[tuple[str, int]]
) -> None:
    survey = make_survey(session, past_seminar, QUESTIONS, released=False)
    for action, position in actions:
        change_question(session, survey, action, position)
        notice = build_change_notice(session, survey, NOON)
        assert notice is None or 0 <= notice.position <= len(survey.current_version.questions)
    while (newest := find_newest_survey_change(session, survey, NOON)) is not None:
        versions.undo_survey_change(session, survey, newest.id, NOON)
    assert list_version_questions(survey.current_version) == list(QUESTIONS)
    session.delete(survey)
    session.flush()
