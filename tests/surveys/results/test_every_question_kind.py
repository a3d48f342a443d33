"""Results of questions of every kind, over versions, with and without names; satisfaction of the project."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, create_seminar, mark_sessions, register_person
from tests.page import Page, get_words
from tests.surveys.results.result_factories import COMPLETE_ANSWERS, close_and_seal, record_answers
from tests.surveys.survey_factories import OVERALL_QUESTION, QUESTION_OF_EACH_KIND, make_choices, make_survey
from tests.surveys.survey_factories import make_text as said
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.projects.models import Project
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close_survey
from trainer.surveys.answers import VersionAnswers
from trainer.surveys.models import Survey, SurveyPurpose, SurveyVersion
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.surveys.results.aggregation import QuestionResults, Satisfaction, aggregate_results, aggregate_versions
from trainer.surveys.results.presentation import group_number_counts, list_answer_counts
from trainer.surveys.results.response_rate import calculate_response_rate
from trainer.surveys.results.satisfaction import calculate_satisfaction

pytestmark = pytest.mark.one_database

NUMBER_COUNTS = st.dictionaries(st.integers(0, 1000), st.integers(1, 5), min_size=1, max_size=40)


@pytest.fixture
def people(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return seven registrations that attended."""
    past_seminar.capacity = 7
    registrations = [
        register_person(session, past_seminar, AIGUL, surname=f"Сейіт{'абвгдеж'[index]}", phone=f"+770155502{index:02}")
        for index in range(7)
    ]
    for registration in registrations:
        mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    return registrations


def get_question_results(session: Session, survey: Survey, name: str) -> QuestionResults:
    """Return the results of one question."""
    question_results = aggregate_results(session, survey).find_question_results(name)
    assert question_results is not None
    return question_results


def get_results_page(organizer: Visitor, survey: Survey, query: str = "") -> Page:
    """Return the page with the results of a survey."""
    return organizer.get(f"/desk/seminars/{survey.seminar_id}/surveys/{survey.number}/results?lang=en{query}")


def test_every_kind_of_question_is_counted(session: Session, past_seminar: Seminar, people: list[Registration]) -> None:
    survey = make_survey(session, past_seminar)
    record_answers(session, survey, people[0], **COMPLETE_ANSWERS)
    record_answers(
        session, survey, people[1], **COMPLETE_ANSWERS | {"work": "ward", "tools": ["lift"], "again": False, "years": 0}
    )
    record_answers(session, survey, people[2], overall=2, trainers={"second": 1})
    results = {item.name: item for item in aggregate_results(session, survey).question_results}
    assert [question.key for question in QUESTION_OF_EACH_KIND if question.key != "about"] == list(results)
    assert results["work"].value_counts == {"home": 1, "ward": 1}
    assert results["tools"].value_counts == {"board": 1, "lift": 2}
    assert results["trainers"].row_counts == {"first": {5: 2}, "second": {3: 2, 1: 1}}
    assert results["recommend"].value_counts == {9: 2}
    assert results["years"].value_counts == {12: 1, 0: 1}
    assert results["again"].value_counts == {True: 1, False: 1}
    assert results["city"].texts == ("Ақтау", "Ақтау")
    assert (results["again"].answered_count, results["again"].unanswered_count, results["again"].asked_count) == (
        2,
        1,
        3,
    )
    assert aggregate_results(session, survey).satisfaction == Satisfaction(2, 3, 70)


def test_the_page_shows_every_kind(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, title=said("Сауалнама"))
    for registration in people:
        record_answers(session, survey, registration, **COMPLETE_ANSWERS | {"years": people.index(registration)})
    page = get_results_page(organizer, survey)
    for sentence in (
        "median 3",
        "Net promoter score: +100",
        "7 of 7 (100%)",
        "one person can change the result by up to 29 points",
    ):
        assert sentence in page.words
    pictures = [image.get("src") for image in page.find_all("img")]
    assert len(pictures) == 8
    for picture_url in pictures:
        picture = organizer.client.get(picture_url)
        assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")


def test_versions_are_counted_together_by_key(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    work, gone = QUESTION_OF_EACH_KIND[3], SurveyQuestion("gone", SurveyQuestionKind.YES_NO, said("gone"))
    years = SurveyQuestion("years", SurveyQuestionKind.NUMBER, said("years"))
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION, work, gone, years))
    record_answers(session, survey, people[0], overall=5, work="other", gone=True, years=3)
    changed = (
        replace(OVERALL_QUESTION, text=said("new words")),
        replace(work, choices=make_choices("ward", "home", "school")),
        replace(years, kind=SurveyQuestionKind.SHORT_TEXT),
    )
    survey.versions.append(SurveyVersion(number=2, questions=[question.to_json() for question in changed]))
    session.flush()
    record_answers(session, survey, people[1], overall=4, work="school", years="үш")
    results = {item.name: item for item in aggregate_results(session, survey).question_results}
    assert list(results) == ["overall", "work", "years", "gone", "years-2"]
    assert results["overall"].value_counts == {5: 1, 4: 1}
    assert results["overall"].question.text == said("new words")
    assert [choice.key for choice in results["work"].question.choices] == ["ward", "home", "school", "other"]
    assert results["work"].value_counts == {"other": 1, "school": 1}
    assert (results["gone"].is_current, results["gone"].asked_count) == (False, 1)
    assert (results["years"].texts, results["years-2"].value_counts) == (("үш",), {3: 1})


def test_an_open_anonymous_survey_shows_only_who_has_answered(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, anonymous=True)
    for registration in people[:6]:
        record_answers(session, survey, registration, **COMPLETE_ANSWERS)
    page = get_results_page(organizer, survey)
    assert "6 of 7" in page.words
    assert people[6].person.full_name in page.words
    assert "shown once it is closed" in page.words
    assert "Ештеңе" not in page.words
    assert page.find_all("img") == []
    close_survey(session, survey, NOON)
    assert "is being closed" in get_results_page(organizer, survey).words
    survey.sealed_at = NOON
    assert "6 of 6" in get_results_page(organizer, survey).words


@pytest.mark.parametrize(("number", "few"), [(4, True), (5, False)])
def test_fewer_than_five_anonymous_responses_show_no_results(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration], number: int, few: bool
) -> None:
    survey = make_survey(session, past_seminar, anonymous=True)
    for registration in people[:number]:
        record_answers(session, survey, registration, **COMPLETE_ANSWERS)
    close_and_seal(session, survey)
    results = aggregate_results(session, survey)
    assert (results.is_too_few, results.question_results == (), results.satisfaction is None) == (few, few, few)
    page = get_results_page(organizer, survey)
    assert ("has fewer than five answers" in page.words) == few
    assert ("Ештеңе" in page.words) != few


def test_a_question_with_few_anonymous_answers_is_hidden(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, anonymous=True)
    for registration in people:
        first = {"trainers": {"first": 5} if registration in people[3:] else {"first": 5, "second": 1}}
        record_answers(
            session,
            survey,
            registration,
            overall=4,
            **first,
            **({"work": "ward"} if registration in people[:4] else {}),
        )
    close_and_seal(session, survey)
    hidden_item = get_question_results(session, survey, "work")
    assert (hidden_item.is_hidden, hidden_item.value_counts) == (True, {})
    assert get_question_results(session, survey, "trainers").row_counts == {"first": {5: 7}}
    page = get_results_page(organizer, survey)
    assert "Fewer than five people have answered this" in page.words
    assert "fewer than five answers" in page.words
    organizer.get(f"/desk/seminars/{past_seminar.id}/surveys/2/results/{hidden_item.question.key}.svg", status=404)


def test_anonymous_texts_are_shuffled_differently_for_each_question(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, anonymous=True)
    for number, registration in enumerate(people):
        record_answers(session, survey, registration, overall=4, city=f"қала {number}", missing=f"сөз {number}")
    close_and_seal(session, survey)
    cities, sayings = (get_question_results(session, survey, name).texts for name in ("city", "missing"))
    assert sorted(cities) == [f"қала {number}" for number in range(7)]
    assert [city[-1] for city in cities] != [saying[-1] for saying in sayings]
    assert cities == get_question_results(session, survey, "city").texts


def test_trainers_are_compared_only_with_five_answers_each(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar)
    for registration in people:
        rows = {"first": 5, "second": 2} if registration in people[:4] else {"first": 4}
        record_answers(session, survey, registration, overall=4, trainers=rows)
    page = get_results_page(organizer, survey)
    assert "first eng3400" not in page.words
    assert "first eng 4 3 0 0 0 7 of 7 (100%)" in " ".join(
        " ".join(get_words(cell) for cell in row) for row in page.find_all("tr")
    )
    assert "second eng 0 0 0 4 0 –" in " ".join(
        " ".join(get_words(cell) for cell in row) for row in page.find_all("tr")
    )
    assert "are not compared" in page.words


def test_the_response_rate_counts_those_who_attended(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar)
    past_seminar.capacity = 9
    absent, unmarked = (
        register_person(session, past_seminar, AIGUL, surname=surname, phone=f"+7701555030{len(surname)}")
        for surname in ("Ахметова", "Жаңабаев-Ә")
    )
    mark_sessions(session, absent, AttendanceStatus.ABSENT, AttendanceStatus.ABSENT)
    merged = people[6]
    merged.status, merged.merged_into_id = RegistrationStatus.MERGED, people[0].id
    for registration in (merged, people[1], unmarked):
        record_answers(session, survey, registration, **COMPLETE_ANSWERS)
    response_rate = calculate_response_rate(session, survey, NOON)
    assert response_rate.answered_ids == {people[0].id, people[1].id, unmarked.id}
    assert (
        response_rate.completed_count,
        len(response_rate.expected_ids),
        response_rate.unexpected_count,
        response_rate.is_census(aggregate_results(session, survey)),
    ) == (2, 6, 1, False)


def test_a_pre_test_is_expected_from_everybody_with_a_seat(session: Session, seminar: Seminar) -> None:
    survey = make_survey(session, seminar, purpose=SurveyPurpose.PRE_TEST)
    registration = register_person(session, seminar)
    assert calculate_response_rate(session, survey, NOON).expected_ids == {registration.id}
    satisfaction_survey = make_survey(session, seminar, number=3)
    assert calculate_response_rate(session, satisfaction_survey, NOON).expected_ids == set()


def test_a_survey_of_the_project_counts_each_person_once(
    session: Session, project: Project, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, for_project=True)
    second = create_seminar(session, project, past_seminar.sessions[0].starts_at, slug="second", capacity=9)
    again = register_person(session, second, AIGUL)
    again.person_id = people[0].person_id
    newcomer = register_person(session, second, AIGUL, surname="Жаңабаев", phone="+77015559999")
    for registration in (again, newcomer):
        mark_sessions(session, registration, AttendanceStatus.PRESENT)
    session.flush()
    record_answers(session, survey, again, **COMPLETE_ANSWERS)
    response_rate = calculate_response_rate(session, survey, NOON)
    assert (response_rate.completed_count, len(response_rate.expected_ids)) == (1, 8)
    assert response_rate.missing_ids == {*(registration.id for registration in people[1:]), newcomer.id}


def test_everybody_has_answered_is_a_census(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar)
    for registration in people[:6]:
        record_answers(session, survey, registration, overall=5)
    assert "the share for all of them may lie within the interval" in get_results_page(organizer, survey).words
    record_answers(session, survey, people[6], overall=3)
    page = get_results_page(organizer, survey)
    assert "so the share is exact" in page.words
    assert "6 of 7 (85.7%)" in page.words


def test_the_projects_satisfaction_is_over_all_its_surveys(
    session: Session, project: Project, past_seminar: Seminar, people: list[Registration]
) -> None:
    named, test = (
        make_survey(session, past_seminar),
        make_survey(session, past_seminar, (QUESTION_OF_EACH_KIND[3],), number=3),
    )
    hidden = make_survey(session, past_seminar, number=4, anonymous=True)
    for registration in people:
        record_answers(session, named, registration, overall=4 if registration in people[:4] else 3)
        record_answers(session, test, registration, work="home")
        record_answers(session, hidden, registration, overall=5)
    assert calculate_satisfaction(session, project) == Satisfaction(4, 7, 70)
    assert not calculate_satisfaction(session, project).is_target_reached
    close_and_seal(session, hidden)
    assert calculate_satisfaction(session, project) == Satisfaction(11, 14, 70)
    assert calculate_satisfaction(session, past_seminar.activity, 100) == Satisfaction(11, 14, 100)
    other_activity = next(activity for activity in project.activities if activity.id != past_seminar.activity_id)
    assert calculate_satisfaction(session, other_activity).answered_count == 0


def test_few_anonymous_answers_are_excluded_from_the_project_figure(
    organizer: Visitor, session: Session, project: Project, past_seminar: Seminar, people: list[Registration]
) -> None:
    named = make_survey(session, past_seminar)
    record_answers(session, named, people[0], overall=5)
    small = [make_survey(session, past_seminar, number=number, anonymous=True) for number in (3, 4)]
    for registration in people[:4]:
        record_answers(session, small[0], registration, overall=1)
    close_and_seal(session, small[0])
    assert calculate_satisfaction(session, project) == Satisfaction(1, 1, 70, excluded_count=4)
    for registration in people[:3]:
        record_answers(session, small[1], registration, overall=5)
    close_and_seal(session, small[1])
    assert calculate_satisfaction(session, project) == Satisfaction(1, 1, 70, excluded_count=7)
    sentence = "7 answers from anonymous surveys with fewer than five answers are left out"
    assert sentence in get_results_page(organizer, named).words
    printed = organizer.get(f"/desk/seminars/{past_seminar.id}/surveys/2/report.pdf?language=en").response.data
    with pypdfium2.PdfDocument(printed) as report:
        assert sentence in " ".join(report[0].get_textpage().get_text_bounded().split())


def test_the_overall_key_with_another_kind_is_not_the_overall_question(
    session: Session, project: Project, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(
        session, past_seminar, (SurveyQuestion("overall", SurveyQuestionKind.SHORT_TEXT, said("overall")),)
    )
    record_answers(session, survey, people[0], overall="5")
    assert aggregate_results(session, survey).satisfaction is None
    assert calculate_satisfaction(session, project).answered_count == 0


@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)  # only the size of the page matters
def test_many_questions_are_shown_in_parts(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    many = make_choices(*(f"c{number}" for number in range(30)))
    questions = [
        SurveyQuestion(f"q{number}", SurveyQuestionKind.SINGLE, said(f"q{number}"), choices=many)
        for number in range(60)
    ]
    survey = make_survey(session, past_seminar, questions)
    record_answers(session, survey, people[0], **{question.key: "c7" for question in questions})
    shown_ids = []
    for part in range(1, 6):
        shown_ids += [
            section.get("id")
            for section in get_results_page(organizer, survey, f"&part={part}").find_all("section")
            if section.get("id")
        ]
    assert shown_ids == [f"item-q{number}" for number in range(60)]
    assert get_results_page(organizer, survey, "&part=99").words == get_results_page(organizer, survey, "&part=5").words


def test_long_and_odd_texts_keep_the_page_small(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar)
    for registration in people:
        record_answers(session, survey, registration, overall=4, missing="<&\"'>" * 400, city="مرحبا שלום")
    page = get_results_page(organizer, survey)
    assert "all of them are in the table" in page.words
    assert "مرحبا שלום" in page.words


@given(NUMBER_COUNTS)
def test_numbers_in_groups_are_all_the_numbers(counts: dict[int, int]) -> None:
    lines = group_number_counts(counts)
    assert sum(line.count for line in lines) == sum(counts.values())
    assert len(lines) <= 12


@given(st.lists(st.fixed_dictionaries({}, optional={"tools": st.sets(st.sampled_from(["board", "chair", "lift"]))})))
def test_several_choices_are_counted_one_by_one(answers: list[dict[str, Any]]) -> None:
    survey = Survey(anonymous=False, target=70)
    responses = [{key: sorted(value) for key, value in response.items()} for response in answers]
    item = aggregate_versions([VersionAnswers(1, [QUESTION_OF_EACH_KIND[4]], responses)], survey).question_results[0]
    assert item.value_counts == Counter(key for response in responses for key in response.get("tools", ()))
    assert item.answered_count + item.unanswered_count == len(answers)


def test_lines_say_what_the_form_says(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    app = session.info["app"]
    with app.test_request_context("/?lang=ru"):
        item_of = QuestionResults(QUESTION_OF_EACH_KIND[3], "work", 3, 3, {"home": 3})
        assert [(line.label, line.count) for line in list_answer_counts(item_of)] == [
            ("ward рус", 0),
            ("home рус", 3),
            ("other рус", 0),
        ]
