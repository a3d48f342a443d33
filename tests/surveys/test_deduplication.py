"""Merged registrations: what one person answered counts once, wherever answers are counted."""

import csv
import io

import pytest
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, create_seminar, mark_sessions, register_person
from tests.surveys.results.result_factories import CHECKLIST_STEPS, create_tests, get_learning_gain, record_test
from tests.surveys.survey_factories import OVERALL_QUESTION, make_survey
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.attendance.summary import AttendanceSummary
from trainer.registration.models import Registration
from trainer.registration.seats.duplicates import merge_registration, unmerge_registration
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close_survey
from trainer.surveys.answering.status import SurveyStatus, list_assigned_surveys
from trainer.surveys.checklists.results import summarise_checklist
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.responses import (
    SurveyAlreadyAnswered,
    has_answered_survey,
    list_respondent_ids,
    list_respondent_person_ids,
    record_response,
)
from trainer.surveys.results.aggregation import Satisfaction, aggregate_results
from trainer.surveys.results.response_rate import calculate_response_rate
from trainer.surveys.results.satisfaction import calculate_satisfaction


@pytest.fixture
def people(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return three registrations of different persons that attended."""
    return [create_present_registration(session, past_seminar, letter) for letter in "абв"]


def create_present_registration(session: Session, seminar: Seminar, letter: str) -> Registration:
    """Return a registration that attended."""
    registration = register_person(
        session, seminar, AIGUL, surname=f"Сейіт{letter}", phone=f"+77015550{ord(letter):04}"
    )
    mark_sessions(session, registration, *[AttendanceStatus.PRESENT] * len(seminar.sessions))
    return registration


def register_twice_elsewhere(
    session: Session, seminar: Seminar, registration: Registration
) -> tuple[Registration, Registration]:
    """Return two registrations for another seminar of the project; the second one is of the same person as the given one."""
    second = create_seminar(session, seminar.project, seminar.sessions[0].starts_at, slug="second", capacity=9)
    duplicate, again = (create_present_registration(session, second, letter) for letter in "гд")
    again.person_id = registration.person_id
    session.flush()
    return duplicate, again


def record_answer(session: Session, survey: Survey, registration: Registration, overall: int) -> None:
    """Record an answer to the overall question."""
    record_response(session, survey, registration, {"overall": overall}, "kk", NOON)


def page_says_answered(session: Session, survey: Survey, registration: Registration) -> bool:
    """Return True if the personal page shows the survey as answered."""
    attended = AttendanceSummary(held=1, present=1, excused=0, conflicting=0, marked=1)
    [assigned_survey] = [
        assigned
        for assigned in list_assigned_surveys(session, registration, attended, NOON)
        if assigned.survey.id == survey.id
    ]
    return assigned_survey.status == SurveyStatus.ANSWERED


def list_names_in_answers(organizer: Visitor, survey: Survey) -> list[str]:
    """Return the names in the table of answers."""
    page = organizer.get(f"/desk/seminars/{survey.seminar_id}/surveys/{survey.number}/answers.csv?language=en")
    return [row[1] for row in csv.reader(io.StringIO(page.response.data.decode()), delimiter=";")][1:]


def measure_satisfaction(session: Session, survey: Survey) -> Satisfaction:
    """Return the satisfaction in the survey, which is also that of the project."""
    satisfaction = aggregate_results(session, survey).satisfaction
    assert satisfaction == calculate_satisfaction(session, survey.seminar.project)
    assert satisfaction is not None
    return satisfaction


def test_a_merged_person_counts_once_under_the_surviving_name_with_the_response_of_the_surviving_registration(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    record_answer(session, survey, people[1], 1)
    merge_registration(session, people[1], people[0], NOON)
    assert measure_satisfaction(session, survey) == Satisfaction(0, 1, 70)  # of the merged one, as there is no other
    assert list_names_in_answers(organizer, survey) == [people[0].person.full_name]
    unmerge_registration(session, people[1], NOON)
    record_answer(session, survey, people[0], 5)
    assert measure_satisfaction(session, survey) == Satisfaction(1, 2, 70)
    merge_registration(session, people[1], people[0], NOON)
    assert measure_satisfaction(session, survey) == Satisfaction(1, 1, 70)
    assert aggregate_results(session, survey).response_count == 1
    assert list_names_in_answers(organizer, survey) == [people[0].person.full_name]


def test_tests_and_checklists_count_each_person_once(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    before, after = create_tests(session, past_seminar)
    checklist = make_survey(session, past_seminar, CHECKLIST_STEPS, number=4, purpose=SurveyPurpose.CHECKLIST)
    for registration, right in zip(people[:2], (1, 3), strict=True):
        record_test(session, before, registration, right)
        record_test(session, after, registration, 4)
        record_response(session, checklist, registration, {step.key: True for step in CHECKLIST_STEPS}, "kk", NOON)
    merge_registration(session, people[1], people[0], NOON)
    learning_gain = get_learning_gain(session, before)
    assert learning_gain.paired_scores
    assert learning_gain.mean_before == 25
    assert (
        learning_gain.paired_scores.pair_count,
        learning_gain.paired_scores.duplicate_code_count,
        learning_gain.paired_scores.unpaired_count,
    ) == (1, 0, 0)
    results = summarise_checklist(session, checklist)
    assert results
    assert (results.total, results.completed_registration_ids) == (1, (people[0].id,))


def test_a_share_is_not_exact_if_a_person_answered_twice_anonymously(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    past_seminar.capacity = 6
    people = [create_present_registration(session, past_seminar, letter) for letter in "абвгде"]
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    for registration in people:
        record_answer(session, survey, registration, 5)
    close_survey(session, survey, NOON).sealed_at = NOON
    page = f"/desk/seminars/{past_seminar.id}/surveys/2/results?lang=en"
    assert "so the share is exact" in organizer.get(page).words
    merge_registration(session, people[1], people[0], NOON)
    assert calculate_response_rate(session, survey, NOON).missing_ids == set()
    assert "so the share is exact" not in organizer.get(page).words


def test_a_registration_merged_twice_counts_as_the_final_survivor(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    record_answer(session, survey, people[0], 5)
    merge_registration(session, people[0], people[1], NOON)
    merge_registration(session, people[1], people[2], NOON)
    assert list_respondent_ids(session, survey) == {people[2].id}
    assert has_answered_survey(session, survey, people[2])
    assert page_says_answered(session, survey, people[2])


def test_a_project_survey_is_answered_once_even_by_a_duplicate_of_another_seminar(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), for_project=True)
    duplicate, again = register_twice_elsewhere(session, past_seminar, people[0])
    record_answer(session, survey, duplicate, 5)
    assert not has_answered_survey(session, survey, people[0])
    merge_registration(session, duplicate, again, NOON)
    for registration in (people[0], again):
        assert page_says_answered(session, survey, registration)
        with pytest.raises(SurveyAlreadyAnswered):
            record_answer(session, survey, registration, 4)
    assert list_respondent_person_ids(session, survey) == {people[0].person_id}
    assert (
        calculate_response_rate(session, survey, NOON).completed_count,
        calculate_response_rate(session, survey, NOON).unexpected_count,
    ) == (1, 0)


def test_two_responses_of_one_person_to_a_project_survey_count_once(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), for_project=True)
    duplicate, again = register_twice_elsewhere(session, past_seminar, people[0])
    record_answer(session, survey, duplicate, 1)
    record_answer(session, survey, people[0], 5)
    record_answer(session, survey, people[1], 4)
    merge_registration(session, duplicate, again, NOON)
    assert measure_satisfaction(session, survey) == Satisfaction(2, 2, 70)
    assert len(calculate_response_rate(session, survey, NOON).answered_ids) == 2
