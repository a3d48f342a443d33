"""The personal page: status, next steps, language."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import (
    MARINA,
    NOON,
    YERLAN,
    answer_survey,
    create_seminar,
    issue_to_eligible,
    mark_sessions,
    register_eligible_person,
    register_person,
)
from tests.page import Page
from tests.statements import record_statements
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.issuing.eligibility import get_eligibility, record_exception
from trainer.portal.personal_page import load_personal_page
from trainer.projects.models import Project
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database


def open_personal_page(visitor: Visitor, registration: Registration, query: str = "") -> Page:
    """Return the personal page of a registration."""
    return visitor.get(f"/r/{registration.token}{query}")


def list_step_states(page: Page) -> list[str]:
    """Return the state of step step: done, now, or to come."""
    [steps] = [element for element in page.find_all("ol") if element.get("class") == "steps"]
    return [step.get("class") or "to come" for step in steps]


def test_the_steps_show_the_progress(
    stranger: Visitor, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    aigul = register_person(session, seminar)
    assert list_step_states(open_personal_page(stranger, aigul)) == ["done", "to come", "to come", "to come"]
    clock.move_to(seminar.sessions[0].starts_at)
    mark_sessions(session, aigul, AttendanceStatus.PRESENT)
    assert list_step_states(open_personal_page(stranger, aigul)) == ["done", "now", "to come", "to come"]
    clock.move_to(seminar.sessions[1].starts_at)
    assert list_step_states(open_personal_page(stranger, aigul)) == ["done", "now", "now", "to come"]
    answer_survey(session, aigul)
    assert list_step_states(open_personal_page(stranger, aigul)) == ["done", "now", "done", "to come"]


def test_the_last_steps_follow_the_end_and_the_issue(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    aigul = register_person(session, past_seminar)
    mark_sessions(session, aigul, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    assert list_step_states(open_personal_page(stranger, aigul)) == ["done", "done", "now", "to come"]
    answer_survey(session, aigul)
    assert list_step_states(open_personal_page(stranger, aigul)) == ["done", "done", "done", "now"]
    [entry] = issue_to_eligible(session, past_seminar)
    page = open_personal_page(stranger, aigul)
    assert list_step_states(page) == ["done"] * 4
    assert {f"/r/{aigul.token}/certificate.pdf", f"/v/{entry.code}"} <= set(page.list_links())
    assert entry.serial in page.words


def test_a_question_of_attendance_is_not_done(stranger: Visitor, session: Session, past_seminar: Seminar) -> None:
    aigul = register_person(session, past_seminar)
    mark_sessions(session, aigul, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    mark_sessions(session, aigul, AttendanceStatus.ABSENT)
    assert list_step_states(open_personal_page(stranger, aigul))[1] == "now"


def test_a_person_absent_too_often_is_promised_no_certificate(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    aigul = register_person(session, past_seminar)
    mark_sessions(session, aigul, AttendanceStatus.PRESENT, AttendanceStatus.ABSENT)
    answer_survey(session, aigul)
    assert list_step_states(open_personal_page(stranger, aigul)) == ["done", "now", "done", "to come"]


def test_the_survey_is_offered_only_to_those_who_may_answer(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    aigul, yerlan = register_person(session, past_seminar), register_person(session, past_seminar, YERLAN)
    mark_sessions(session, yerlan, AttendanceStatus.ABSENT, AttendanceStatus.ABSENT)
    assert f"/r/{aigul.token}/survey/1" in open_personal_page(stranger, aigul).list_links()
    assert f"/r/{yerlan.token}/survey/1" not in open_personal_page(stranger, yerlan).list_links()
    answer_survey(session, aigul)
    assert f"/r/{aigul.token}/survey/1" not in open_personal_page(stranger, aigul).list_links()


def test_a_seminar_with_neither_survey_nor_certificate_has_two_steps(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    past_seminar.has_survey = past_seminar.has_certificate = False
    assert len(list_step_states(open_personal_page(stranger, register_person(session, past_seminar)))) == 2


def test_the_page_shows_what_was_typed_so_that_it_can_be_corrected(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    page = open_personal_page(stranger, register_person(session, seminar))
    for fact in ("Өтегенова Айгүл Маратқызы", "8 701 555 01 01", "aigul@example.org", "Облыстық аурухана", "мейіргер"):
        assert fact in page.words


def test_the_page_is_in_the_persons_language_unless_another_was_chosen(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    aigul, marina = register_person(session, seminar), register_person(session, seminar, MARINA)
    english = {"Accept-Language": "en"}
    assert stranger.get(f"/r/{aigul.token}", headers=english).language == "kk"
    assert stranger.get(f"/r/{marina.token}", headers=english).language == "ru"
    assert open_personal_page(stranger, marina, "?lang=en").language == "en"
    assert open_personal_page(stranger, aigul).language == "en"


def test_a_cancelled_registration_keeps_its_page_and_nothing_below_it(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    gone = register_person(session, seminar, YERLAN)
    gone.status = RegistrationStatus.CANCELLED
    stranger.get(f"/r/{gone.token}")
    for place in ("/survey/1", "/certificate.pdf"):
        stranger.get(f"/r/{gone.token}{place}", status=404)


def test_a_made_up_link_opens_nothing(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    token = register_person(session, seminar).token
    for forged in (token[:-1], token + "A", token.swapcase(), token[::-1], "%00", "A" * 43):
        stranger.get(f"/r/{forged}", status=404)


def test_people_see_only_themselves(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    aigul, yerlan = register_person(session, seminar), register_person(session, seminar, YERLAN)
    page = open_personal_page(stranger, aigul)
    for secret in (yerlan.person.surname, yerlan.token, "8 747 555 01 02"):
        assert secret not in page.text


def test_the_page_with_a_certificate_takes_at_most_eight_queries(
    stranger: Visitor, session: Session, app: Flask, project: Project, past_seminar: Seminar
) -> None:
    create_seminar(session, project, NOON + timedelta(days=12), slug="second")
    aigul = register_eligible_person(session, past_seminar)
    issue_to_eligible(session, past_seminar)
    session.commit()
    with record_statements(app) as statements:
        page = open_personal_page(stranger, aigul)
    assert "certificate.pdf" in page.text
    assert len(statements) <= 8, statements


def test_a_survey_step_and_an_exception_agree_with_the_eligibility(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    aigul = register_person(session, past_seminar)
    mark_sessions(session, aigul, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    for expected in (False, True):
        page = load_personal_page(session, aigul, NOON)
        assert page.progress is not None
        assert page.progress.eligibility == get_eligibility(session, aigul, NOON)
        assert page.progress.eligibility.is_eligible == expected
        record_exception(session, aigul, "Was ill", None, NOON)


def test_a_certificate_that_has_expired_is_not_called_ready(
    stranger: Visitor, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    past_seminar.valid_months = 1
    aigul = register_eligible_person(session, past_seminar)
    [issued] = issue_to_eligible(session, past_seminar)
    assert "Сертификатыңыз дайын" in open_personal_page(stranger, aigul).words
    clock.shift(timedelta(days=40))
    page = open_personal_page(stranger, aigul)
    assert "Сертификатыңыздың мерзімі өтті" in page.words and "Сертификатыңыз дайын" not in page.words
    assert issued.serial in page.words and "/certificate.pdf" in page.text
