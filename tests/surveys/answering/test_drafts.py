"""Drafts: saved for surveys with names only, and deleted once the answers are submitted."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON, mark_sessions, register_person
from tests.surveys.survey_factories import ANSWER_TO_EACH_KIND, make_form_data, make_survey
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.answering.drafts import DraftNotAllowed, save_survey_draft
from trainer.surveys.models import SurveyDraft


@pytest.fixture
def aigul(session: Session, past_seminar: Seminar) -> Registration:
    """Return a registration that attended both sessions."""
    registration = register_person(session, past_seminar)
    mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    return registration


def list_drafts(session: Session) -> list[SurveyDraft]:
    """Return all drafts."""
    session.commit()
    session.expire_all()
    return list(session.scalars(select(SurveyDraft)))


def test_the_later_button_saves_a_draft_and_the_personal_page_leads_back_to_it(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    make_survey(session, aigul.seminar)
    address = f"/r/{aigul.token}/survey/2"
    home = stranger.follow(stranger.submit(address, {"q_city": "Ақтау", "q_recommend": "0", "later": "yes"}))
    assert address in home.list_links()
    fields = stranger.get(address).read_form()[1]
    assert (fields["q_city"], fields["q_recommend"]) == ("Ақтау", "0")
    assert "city қаз" in stranger.get(f"/r/{aigul.token}/my-data").words, "it is kept about her"
    stranger.submit(address, make_form_data(ANSWER_TO_EACH_KIND))
    assert list_drafts(session) == []


def test_an_invalid_answer_is_reported_when_a_draft_is_saved(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    make_survey(session, aigul.seminar)
    page = stranger.submit(f"/r/{aigul.token}/survey/2", {"q_years": "99", "later": "yes"}, status=422)
    assert page.get_error("q_years")
    assert not page.get_error("q_overall"), "a draft lacks answers"
    assert list_drafts(session) == []


def test_the_script_of_the_page_saves_the_valid_answers(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    make_survey(session, aigul.seminar)
    address = f"/r/{aigul.token}/survey/2"
    fields = stranger.get(address).read_form()[1]
    for sent, saved in (
        ({"q_city": "Ақтау", "q_years": "99"}, {"city": "Ақтау"}),
        ({"q_again": "no"}, {"again": False}),
    ):
        stranger.post(f"{address}/draft", {**fields, **sent}, status=200)
        assert [draft.answers for draft in list_drafts(session)] == [saved]


def test_the_ready_made_survey_has_drafts_too(stranger: Visitor, session: Session, aigul: Registration) -> None:
    address = f"/r/{aigul.token}/survey/1"
    stranger.submit(address, {"q_overall": "4", "later": "yes"})
    assert stranger.get(address).get_value("q_overall") == "4"


def test_an_anonymous_survey_has_no_drafts(stranger: Visitor, session: Session, aigul: Registration) -> None:
    survey = make_survey(session, aigul.seminar, anonymous=True)
    address = f"/r/{aigul.token}/survey/2"
    page = stranger.get(address)
    assert [element.get("name") for element in page.list_forms()[-1].iter() if element.get("name") == "later"] == []
    fields = {**page.read_form()[1], "q_city": "Ақтау"}
    stranger.post(f"{address}/draft", fields, status=404)
    assert stranger.post(address, {**fields, "later": "yes"}, status=200).get_value("q_city") == "Ақтау"
    with pytest.raises(DraftNotAllowed):
        save_survey_draft(session, survey, aigul, {"city": "Ақтау"}, NOON)
    assert list_drafts(session) == []


def test_after_submitting_or_closing_no_draft_is_saved(
    stranger: Visitor, session: Session, aigul: Registration, clock: time_machine.Traveller
) -> None:
    survey = make_survey(session, aigul.seminar)
    address = f"/r/{aigul.token}/survey/2"
    fields = stranger.get(address).read_form()[1]
    survey.closes_at = NOON + timedelta(minutes=1)
    session.commit()
    clock.move_to(NOON + timedelta(minutes=1))
    stranger.post(f"{address}/draft", fields, status=409)
    stranger.post(address, {**fields, "later": "yes"}, status=409)
    clock.move_to(NOON)
    stranger.submit(address, make_form_data(ANSWER_TO_EACH_KIND))
    stranger.post(f"{address}/draft", fields, status=409)
    assert list_drafts(session) == []
