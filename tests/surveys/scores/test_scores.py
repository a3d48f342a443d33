"""Entering test scores: a percentage for each participant; an empty field deletes the score."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import YERLAN, create_seminar, register_person
from tests.visitor import Visitor
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.surveys.scores.scores import map_test_percents, record_test_scores


@pytest.fixture(autouse=True)
def with_test(session: Session, past_seminar: Seminar) -> None:
    """Set a pass mark, so that the seminar has a test."""
    past_seminar.pass_mark = 60


def test_scores_are_recorded_changed_and_deleted(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    aigul, yerlan = register_person(session, past_seminar), register_person(session, past_seminar, YERLAN)
    address = f"/desk/seminars/{past_seminar.id}/test"
    organizer.submit(address, {f"percent_{aigul.id}": "80", f"percent_{yerlan.id}": "0"})
    assert map_test_percents(session, past_seminar) == {aigul.id: 80, yerlan.id: 0}
    organizer.submit(address, {f"percent_{aigul.id}": "81", f"percent_{yerlan.id}": ""})
    session.commit()
    assert map_test_percents(session, past_seminar) == {aigul.id: 81}


def test_a_score_recorded_while_the_page_was_open_is_not_deleted(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    aigul, yerlan = register_person(session, past_seminar), register_person(session, past_seminar, YERLAN)
    address = f"/desk/seminars/{past_seminar.id}/test"
    begun = organizer.get(address).read_form()[1]
    record_test_scores(session, past_seminar, {yerlan.id: 90}, None, past_seminar.sessions[0].starts_at)
    session.commit()
    wrong = organizer.post(address, {**begun, f"percent_{aigul.id}": "800"}, status=422).read_form()[1]
    organizer.post(address, {**wrong, f"percent_{aigul.id}": "80"}, status=303)
    session.commit()
    assert map_test_percents(session, past_seminar) == {aigul.id: 80, yerlan.id: 90}


@pytest.mark.parametrize("typed", ["101", "-1", "8o", "1e2", "😀", "9" * 400])
def test_an_invalid_percentage_is_rejected_and_stays_in_the_field(
    organizer: Visitor, session: Session, past_seminar: Seminar, typed: str
) -> None:
    aigul = register_person(session, past_seminar)
    page = organizer.submit(f"/desk/seminars/{past_seminar.id}/test", {f"percent_{aigul.id}": typed}, status=422)
    assert page.get_error(f"percent_{aigul.id}")
    assert map_test_percents(session, past_seminar) == {}


def test_a_seminar_without_a_test_has_no_such_page(organizer: Visitor, past_seminar: Seminar) -> None:
    past_seminar.pass_mark = None
    organizer.get(f"/desk/seminars/{past_seminar.id}/test", status=404)


def test_scores_of_other_seminars_are_not_changed(session: Session, past_seminar: Seminar, project: Project) -> None:
    other_seminar = create_seminar(session, project, slug="other")
    stranger = register_person(session, other_seminar)
    record_test_scores(session, past_seminar, {stranger.id: 90, 999: 90}, None, past_seminar.sessions[0].starts_at)
    assert map_test_percents(session, other_seminar) == {}


def test_switching_the_language_keeps_the_entered_scores(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    aigul = register_person(session, past_seminar)
    address = f"/desk/seminars/{past_seminar.id}/test"
    page = organizer.submit(address, {f"percent_{aigul.id}": "80", "switch": "ru"}, status=200)
    assert (page.language, page.get_value(f"percent_{aigul.id}")) == ("ru", "80")
    assert 'name="switch"' in page.text
    assert map_test_percents(session, past_seminar) == {}
