"""Results of the satisfaction survey: k of n, the target compared in whole numbers, and written answers."""

import re

import pytest
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, answer_survey, create_seminar, mark_sessions, register_person
from tests.page import Page, get_words
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import get_satisfaction_survey
from trainer.surveys.responses import SurveyAlreadyAnswered
from trainer.surveys.results.aggregation import QuestionResults, SurveyResults, aggregate_results


@pytest.fixture
def three(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return three registrations that attended."""
    registrations = [register_person(session, past_seminar, applicant) for applicant in (AIGUL, YERLAN, MARINA)]
    for registration, status in zip(
        registrations, (AttendanceStatus.PRESENT, AttendanceStatus.LATE, AttendanceStatus.ABSENT), strict=True
    ):
        mark_sessions(session, registration, status, status)
    return registrations


def build_results_address(seminar: Seminar) -> str:
    """Return the address of a seminar's results at the desk."""
    return f"/desk/seminars/{seminar.id}/surveys/1/results"


def read_figures(page: Page) -> list[list[int]]:
    """Return the numbers of each figure on the page: satisfaction, response rate, satisfaction of the project."""
    paragraphs = [paragraph for paragraph in page.find_all("p") if paragraph.get("class") == "figure"]
    return [[int(number) for number in re.findall(r"\d+", get_words(figure))] for figure in paragraphs]


def get_results(session: Session, seminar: Seminar) -> SurveyResults:
    """Return the results of the satisfaction survey of a seminar."""
    return aggregate_results(session, get_satisfaction_survey(session, seminar))


def get_question_results(results: SurveyResults, key: str) -> QuestionResults:
    """Return the results of one question."""
    return next(item for item in results.question_results if item.question.key == key)


def test_every_item_is_counted_by_what_was_answered(
    session: Session, past_seminar: Seminar, three: list[Registration]
) -> None:
    answer_survey(session, three[0], 5, useful=4, change="Бәрін")
    answer_survey(session, three[1], 3, useful=4)
    results = get_results(session, past_seminar)
    assert results.response_count == 2
    assert (
        get_question_results(results, "overall").value_counts,
        get_question_results(results, "overall").satisfied_count,
    ) == ({5: 1, 3: 1}, 1)
    assert (
        get_question_results(results, "useful").value_counts,
        get_question_results(results, "useful").answered_count,
    ) == ({4: 2}, 2)
    assert (
        get_question_results(results, "clear").answered_count,
        get_question_results(results, "clear").satisfied_count,
    ) == (0, 0)
    assert get_question_results(results, "change").texts == ("Бәрін",)


def test_the_database_allows_one_response_per_person(session: Session, three: list[Registration]) -> None:
    answer_survey(session, three[0], 5)
    with pytest.raises(SurveyAlreadyAnswered):
        answer_survey(session, three[0], 1)


def test_the_page_shows_k_of_n(
    organizer: Visitor, session: Session, past_seminar: Seminar, three: list[Registration]
) -> None:
    answer_survey(session, three[0], 4)
    page = organizer.get(build_results_address(past_seminar) + "?lang=en")
    assert read_figures(page) == [[1, 1, 100], [1, 2, 50], [1, 1, 100]]
    answer_survey(session, three[1], 2)
    page = organizer.get(build_results_address(past_seminar) + "?lang=en")
    assert read_figures(page) == [[1, 2, 50], [2, 2, 100], [1, 2, 50]]


def test_participants_who_have_not_answered_are_listed(
    organizer: Visitor, session: Session, past_seminar: Seminar, three: list[Registration]
) -> None:
    answer_survey(session, three[0])
    page = organizer.get(build_results_address(past_seminar))
    assert three[1].person.full_name in page.words
    assert three[0].person.full_name not in page.words
    assert three[2].person.full_name not in page.words


def test_an_empty_survey_has_a_page_without_figures_of_satisfaction(organizer: Visitor, past_seminar: Seminar) -> None:
    page = organizer.get(build_results_address(past_seminar) + "?lang=en")
    assert read_figures(page) == [[0, 0]]
    assert "No one has answered yet" in page.words


def test_what_people_wrote_is_shown_as_they_wrote_it(
    organizer: Visitor, session: Session, past_seminar: Seminar, three: list[Registration]
) -> None:
    written = "<script>alert('x')</script> & \"тырнақша\" {{ 7*7 }}"
    answer_survey(session, three[0], change=written)
    page = organizer.get(build_results_address(past_seminar))
    assert written in page.words
    assert "<script>alert" not in page.text


def test_answers_of_one_seminar_are_never_shown_at_another(
    organizer: Visitor, session: Session, past_seminar: Seminar, project: Project, three: list[Registration]
) -> None:
    other_seminar = create_seminar(session, project, past_seminar.sessions[0].starts_at, slug="other")
    answer_survey(session, three[0], 1, change="Біріншіде ғана айтылған")
    answer_survey(session, register_person(session, other_seminar), 5, change="Екіншіде ғана айтылған")
    page = organizer.get(build_results_address(other_seminar))
    assert "Екіншіде ғана айтылған" in page.words
    assert "Біріншіде ғана айтылған" not in page.words
    assert get_question_results(get_results(session, other_seminar), "overall").value_counts == {5: 1}
    assert get_question_results(get_results(session, past_seminar), "overall").value_counts == {1: 1}


def test_the_old_address_redirects_to_the_results(organizer: Visitor, past_seminar: Seminar) -> None:
    assert organizer.get(f"/desk/seminars/{past_seminar.id}/survey", status=301).location == build_results_address(
        past_seminar
    )


def test_a_seminar_without_a_survey_has_no_results(organizer: Visitor, past_seminar: Seminar) -> None:
    past_seminar.has_survey = False
    organizer.get(build_results_address(past_seminar), status=404)
    organizer.get("/desk/seminars/999/survey", status=404)


def test_a_stranger_sees_no_results(stranger: Visitor, past_seminar: Seminar) -> None:
    assert past_seminar.ends_at
    assert past_seminar.ends_at < NOON
    assert "/desk/sign-in" in str(stranger.get(build_results_address(past_seminar), status=302).location)
