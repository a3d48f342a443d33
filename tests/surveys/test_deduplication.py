"""Registrations that were merged: what one person answered counts once, wherever answers are counted."""

import csv
import io

import pytest
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, Visitor, a_seminar, marked, registered
from tests.surveys.results.test_learning_gain import STEPS, learned, the_tests, written
from tests.surveys.survey_factories import OVERALL_ITEM, a_survey
from trainer.attendance.ledger import Attended
from trainer.attendance.models import Status
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.registration.seats.enrolment import merge, unmerge
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close
from trainer.surveys.answering.status import State, asked
from trainer.surveys.models import Purpose, Survey
from trainer.surveys.responses import AnsweredBefore, has_answered, keep_response, people_answered, respondents
from trainer.surveys.results.aggregation import Satisfaction, results, satisfaction_of
from trainer.surveys.results.learning_gain import skills
from trainer.surveys.results.response_rate import turnout


@pytest.fixture
def people(session: Session, held: Seminar) -> list[Registration]:
    """Three who were there, each registered as a person of their own."""
    return [present(session, held, letter) for letter in "абв"]


def present(session: Session, seminar: Seminar, letter: str) -> Registration:
    """Somebody who was there."""
    found = registered(session, seminar, AIGUL, surname=f"Сейіт{letter}", phone=f"+77015550{ord(letter):04}")
    marked(session, found, *[Status.PRESENT] * len(seminar.sessions))
    return found


def answer(session: Session, survey: Survey, who: Registration, overall: int) -> None:
    """Somebody says how satisfied they are."""
    keep_response(session, survey, who, {"overall": overall}, "kk", NOON)


def says_answered(session: Session, survey: Survey, who: Registration) -> bool:
    """What the personal page says of a survey."""
    attended = Attended(held=1, present=1, excused=0, unresolved=0, marked=1)
    [found] = [each for each in asked(session, who, attended, NOON) if each.survey.id == survey.id]
    return found.state == State.ANSWERED


def test_of_two_answers_of_one_person_the_one_of_the_kept_registration_counts(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,))
    answer(session, survey, people[1], 1)
    answer(session, survey, people[0], 5)
    merge(session, people[1], people[0], NOON)
    assert results(session, survey).responses == 1
    assert results(session, survey).satisfaction == satisfaction_of(session, held.project) == Satisfaction(1, 1, 70)
    table = organizer.get(f"/desk/seminars/{held.id}/surveys/2/answers.csv?language=en").response.data.decode()
    assert [row[1] for row in csv.reader(io.StringIO(table), delimiter=";")][1:] == [people[0].person.full_name]
    unmerge(session, people[1], NOON)
    assert results(session, survey).satisfaction == satisfaction_of(session, held.project) == Satisfaction(1, 2, 70)


def test_the_only_answer_of_somebody_merged_stands_under_the_name_that_was_kept(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,))
    answer(session, survey, people[1], 4)
    merge(session, people[1], people[0], NOON)
    assert results(session, survey).satisfaction == satisfaction_of(session, held.project) == Satisfaction(1, 1, 70)
    table = organizer.get(f"/desk/seminars/{held.id}/surveys/2/answers.csv?language=en").response.data.decode()
    assert [row[1] for row in csv.reader(io.StringIO(table), delimiter=";")][1:] == [people[0].person.full_name]


def test_tests_and_checklists_count_each_person_once(
    session: Session, held: Seminar, people: list[Registration]
) -> None:
    before, after = the_tests(session, held)
    seen = a_survey(session, held, STEPS, number=4, purpose=Purpose.SKILLS)
    for who, right in zip(people[:2], (1, 3), strict=True):
        written(session, before, who, right)
        written(session, after, who, 4)
        keep_response(session, seen, who, {each.key: True for each in STEPS}, "kk", NOON)
    merge(session, people[1], people[0], NOON)
    found = learned(session, before)
    assert found.pairs
    assert found.mean_before == 25
    assert (found.pairs.count, found.pairs.doubled, found.pairs.unpaired) == (1, 0, 0)
    done = skills(session, seen)
    assert done
    assert (done.whole, done.all_steps) == (1, (people[0].id,))


def test_a_share_is_never_called_exact_where_somebody_answered_twice_without_a_name(
    organizer: Visitor, session: Session, held: Seminar
) -> None:
    held.capacity = 6
    people = [present(session, held, letter) for letter in "абвгде"]
    survey = a_survey(session, held, (OVERALL_ITEM,), anonymous=True)
    for each in people:
        answer(session, survey, each, 5)
    close(session, survey, NOON).sealed_at = NOON
    page = f"/desk/seminars/{held.id}/surveys/2/results?lang=en"
    assert "so the share is exact" in organizer.get(page).words
    merge(session, people[1], people[0], NOON)
    assert turnout(session, survey, NOON).owing == set()
    assert "so the share is exact" not in organizer.get(page).words


def test_who_was_merged_twice_has_answered_as_the_one_kept_in_the_end(
    session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,))
    answer(session, survey, people[0], 5)
    merge(session, people[0], people[1], NOON)
    merge(session, people[1], people[2], NOON)
    assert respondents(session, survey) == {people[2].id}
    assert has_answered(session, survey, people[2])
    assert says_answered(session, survey, people[2])


def test_a_survey_of_the_project_is_answered_once_whichever_seminars_duplicate_answered(
    session: Session, project: Project, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,), for_project=True)
    second = a_seminar(session, project, held.sessions[0].starts_at, slug="second", capacity=9)
    duplicate, again = present(session, second, "г"), present(session, second, "д")
    again.person_id = people[0].person_id
    session.flush()
    answer(session, survey, duplicate, 5)
    assert not has_answered(session, survey, people[0])
    merge(session, duplicate, again, NOON)
    for each in (people[0], again):
        assert says_answered(session, survey, each)
        with pytest.raises(AnsweredBefore):
            answer(session, survey, each, 4)
    assert people_answered(session, survey) == {people[0].person_id}
    assert (turnout(session, survey, NOON).done, turnout(session, survey, NOON).beside) == (1, 0)


def test_both_answers_of_one_person_to_a_survey_of_the_project_count_once(
    session: Session, project: Project, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,), for_project=True)
    second = a_seminar(session, project, held.sessions[0].starts_at, slug="second", capacity=9)
    duplicate, again = present(session, second, "г"), present(session, second, "д")
    again.person_id = people[0].person_id
    session.flush()
    answer(session, survey, duplicate, 1)
    answer(session, survey, people[0], 5)
    answer(session, survey, people[1], 4)
    merge(session, duplicate, again, NOON)
    assert results(session, survey).satisfaction == satisfaction_of(session, project) == Satisfaction(2, 2, 70)
    assert len(turnout(session, survey, NOON).answered) == 2
