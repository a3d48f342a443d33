"""The kiosk: opened at the desk, names of those who attended, and a clean form for the next person."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, mark_sessions, register_person
from tests.page import get_words
from tests.surveys.survey_factories import ANSWER_TO_EACH_KIND, make_form_data, make_survey
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close_survey
from trainer.surveys.models import Survey, SurveyParticipation, SurveyPurpose, SurveyResponse
from trainer.surveys.responses import record_response
from trainer.surveys.schedule import SurveyClosed


@pytest.fixture
def people(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return three registrations, of which the first two attended."""
    registrations = [register_person(session, past_seminar, applicant) for applicant in (MARINA, AIGUL, YERLAN)]
    for registration in registrations[:2]:
        mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    mark_sessions(session, registrations[2], AttendanceStatus.ABSENT, AttendanceStatus.ABSENT)
    return registrations


@pytest.fixture
def survey(session: Session, past_seminar: Seminar) -> Survey:
    """Return an anonymous survey."""
    return make_survey(session, past_seminar, anonymous=True)


def open_kiosk_at_desk(organizer: Visitor, session: Session, survey: Survey) -> str:
    """Open the kiosk of a survey and return its address."""
    organizer.submit(f"/desk/seminars/{survey.seminar_id}/surveys/{survey.number}/hall")
    session.expire_all()
    assert survey.kiosk_token
    return f"/hall/{survey.kiosk_token}"


def list_kiosk_names(stranger: Visitor, address: str) -> list[str]:
    """Return the names shown on the kiosk."""
    links = [
        element
        for element in stranger.get(address, follow_redirects=True).get_element("main").iter()
        if element.get("href")
    ]
    return [get_words(link) for link in links]


def test_the_desk_opens_an_address_that_cannot_be_guessed_and_closes_it_again(
    organizer: Visitor, stranger: Visitor, session: Session, survey: Survey, people: list[Registration]
) -> None:
    address = open_kiosk_at_desk(organizer, session, survey)
    assert len(address) >= len("/hall/") + 43, "256 bits"
    page = organizer.get(f"/desk/seminars/{survey.seminar_id}/surveys/2/hall")
    assert address in page.text
    assert "shape-rendering" in page.text, "its QR"
    assert stranger.get(address).response.headers["Cache-Control"] == "no-store"
    assert "noindex" in stranger.get(address).response.headers["X-Robots-Tag"]
    organizer.submit(f"/desk/seminars/{survey.seminar_id}/surveys/2/hall", {"close": "yes"})
    stranger.get(address, status=404)
    assert open_kiosk_at_desk(organizer, session, survey) != address


def test_opening_the_kiosk_twice_keeps_its_address(
    organizer: Visitor, session: Session, survey: Survey, people: list[Registration]
) -> None:
    place = f"/desk/seminars/{survey.seminar_id}/surveys/2/hall"
    button = organizer.get(place).read_form()[1]
    address = open_kiosk_at_desk(organizer, session, survey)
    organizer.post(place, button, status=303)
    session.expire_all()
    assert f"/hall/{survey.kiosk_token}" == address


def test_only_the_desk_opens_the_kiosk(stranger: Visitor, survey: Survey, session: Session) -> None:
    place = f"/desk/seminars/{survey.seminar_id}/surveys/2/hall"
    stranger.get(place, status=302)
    stranger.post(place, status=400)
    session.expire_all()
    assert survey.kiosk_token is None


def test_the_kiosk_lists_who_attended_and_has_not_answered_in_kazakh_order(
    organizer: Visitor, stranger: Visitor, session: Session, survey: Survey, people: list[Registration]
) -> None:
    address = open_kiosk_at_desk(organizer, session, survey)
    assert list_kiosk_names(stranger, address) == [people[1].person.full_name, people[0].person.full_name]
    sent = make_form_data(ANSWER_TO_EACH_KIND)
    thanks = stranger.follow(stranger.submit(f"{address}/{people[1].id}", sent))
    assert address in thanks.list_links()
    assert list_kiosk_names(stranger, address) == [people[0].person.full_name]
    session.commit()
    assert list(session.scalars(select(SurveyParticipation.registration_id))) == [people[1].id]


def test_before_the_seminar_the_kiosk_lists_everybody_with_a_seat(
    organizer: Visitor, stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    register_person(session, seminar, AIGUL)
    survey = make_survey(session, seminar, purpose=SurveyPurpose.PRE_TEST)
    assert len(list_kiosk_names(stranger, open_kiosk_at_desk(organizer, session, survey))) == 1


def test_the_next_person_gets_an_empty_form(
    organizer: Visitor, stranger: Visitor, session: Session, survey: Survey, people: list[Registration]
) -> None:
    address = open_kiosk_at_desk(organizer, session, survey)
    marina, aigul = people[:2]
    page = stranger.submit(f"{address}/{aigul.id}", {"q_city": "Ақтау", "switch": "ru"}, status=200)
    assert (page.language, page.get_value("q_city")) == ("ru", "Ақтау")
    stranger.follow(stranger.submit(f"{address}/{aigul.id}", make_form_data(ANSWER_TO_EACH_KIND)))
    cleaned = stranger.get(address, status=303)
    assert cleaned.location == address, "the language that was chosen is forgotten"
    assert stranger.follow(cleaned).language == "kk"
    assert stranger.get(f"{address}/{aigul.id}", status=303).location == address, "going back shows the names"
    form = stranger.get(f"{address}/{marina.id}")
    assert form.language == "ru", "her own language"
    assert not [value for name, value in form.read_form()[1].items() if name.startswith("q_") and value]
    assert form.list_forms()[-1].get("autocomplete") == "off"


def test_kiosk_errors_are_shown_and_the_values_stay_in_the_form(
    organizer: Visitor, stranger: Visitor, session: Session, survey: Survey, people: list[Registration]
) -> None:
    address = open_kiosk_at_desk(organizer, session, survey)
    place = f"{address}/{people[0].id}"
    page = stranger.submit(place, {"q_city": "Ақтау"}, status=422)
    assert page.get_error("q_overall")
    assert page.get_value("q_city") == "Ақтау"
    assert stranger.submit(place, {"version": "7", "q_city": "Ақтау"}, status=409).get_value("q_city") == "Ақтау"
    stranger.post(f"{address}/999999", page.read_form()[1])
    stranger.post(f"{address}/{people[2].id}", {**page.read_form()[1], **make_form_data(ANSWER_TO_EACH_KIND)})
    session.commit()
    assert not list(session.scalars(select(SurveyParticipation.registration_id)))


def test_a_kiosk_response_with_names_belongs_to_the_selected_person(
    organizer: Visitor, stranger: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar)
    address = open_kiosk_at_desk(organizer, session, survey)
    stranger.submit(f"{address}/{people[0].id}", make_form_data(ANSWER_TO_EACH_KIND))
    [response] = session.scalars(select(SurveyResponse))
    assert (response.registration_id, response.language, response.on_paper) == (people[0].id, "ru", False)


def test_the_kiosk_ends_when_the_survey_closes(
    organizer: Visitor,
    stranger: Visitor,
    session: Session,
    survey: Survey,
    people: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    address = open_kiosk_at_desk(organizer, session, survey)
    page = stranger.get(f"{address}/{people[0].id}")
    close_survey(session, survey, NOON)
    session.commit()
    assert not stranger.get(address, status=409).list_forms()
    assert people[0].person.surname not in stranger.get(address, status=409).text
    stranger.post(
        f"{address}/{people[0].id}", {**page.read_form()[1], **make_form_data(ANSWER_TO_EACH_KIND)}, status=303
    )
    clock.shift(timedelta(days=1))
    stranger.get(address, status=409)
    session.expire_all()
    assert not list(session.scalars(select(SurveyParticipation.registration_id)))
    organizer.post(f"/desk/seminars/{survey.seminar_id}/surveys/2/hall", get_csrf_token(organizer, survey))
    session.expire_all()
    assert survey.kiosk_token == address.removeprefix("/hall/"), "a closed survey gets no new address"


def get_csrf_token(organizer: Visitor, survey: Survey) -> dict[str, str]:
    """Return the CSRF token of a form at the desk as form data."""
    page = organizer.get(f"/desk/seminars/{survey.seminar_id}/surveys/2/keying")
    tokens = [field.get("value") for field in page.find_all("input") if field.get("name") == "csrf_token"]
    return {"csrf_token": tokens[0]}


def test_a_kiosk_that_is_open_takes_nothing_once_its_seminar_is_cancelled(
    organizer: Visitor,
    stranger: Visitor,
    session: Session,
    past_seminar: Seminar,
    survey: Survey,
    people: list[Registration],
) -> None:
    address = open_kiosk_at_desk(organizer, session, survey)
    form_address = f"{address}/{people[0].id}"
    form = stranger.get(form_address).read_form()[1]
    past_seminar.cancelled_at = NOON
    session.commit()
    page = stranger.get(address, status=409)
    assert "Семинар өткізілмейді" in page.words and people[0].person.surname not in page.words
    stranger.get(form_address, status=303)
    stranger.post(form_address, {**form, **make_form_data(ANSWER_TO_EACH_KIND)}, status=303)
    with pytest.raises(SurveyClosed):  # cancelled between the check of the page and the recording
        record_response(session, survey, people[0], ANSWER_TO_EACH_KIND, "kk", NOON)
    assert session.scalars(select(SurveyParticipation)).all() == []
    desk = organizer.get(f"/desk/seminars/{past_seminar.id}/surveys/{survey.number}/hall")
    assert "Семинар өткізілмейді" in desk.words and address not in desk.text


def test_no_kiosk_is_opened_for_a_cancelled_seminar(
    organizer: Visitor, session: Session, past_seminar: Seminar, survey: Survey
) -> None:
    form = organizer.get(f"/desk/seminars/{past_seminar.id}/surveys/{survey.number}/hall").read_form()[1]
    past_seminar.cancelled_at = NOON
    session.commit()
    organizer.post(f"/desk/seminars/{past_seminar.id}/surveys/{survey.number}/hall", form, status=303)
    session.expire_all()
    assert survey.kiosk_token is None
