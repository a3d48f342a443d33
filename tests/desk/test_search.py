"""The search everywhere finds people, seminars, certificates and surveys, and says when there is nothing."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import MARINA, issue_to_eligible, register_eligible_person, register_person
from tests.surveys.survey_factories import make_survey
from tests.visitor import Visitor
from trainer.seminars.models import Seminar


@pytest.mark.parametrize("typed", ["", "ба", "  Күтім  ", "основы УХОДА", "kutim"])
def test_a_seminar_is_found_by_the_words_of_its_title_in_any_language(
    organizer: Visitor, seminar: Seminar, typed: str
) -> None:
    links = organizer.get(f"/desk/search?query={typed}").list_links()
    is_found = typed.strip().casefold() in ("күтім", "основы ухода")
    assert (f"/desk/seminars/{seminar.id}" in links) == is_found


def test_a_certificate_is_found_by_its_serial_however_it_is_written(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    [certificate] = issue_to_eligible(session, past_seminar)
    address = f"/desk/certificates/{certificate.serial}"
    digits = certificate.serial.split("-")[2]
    for typed in (
        certificate.serial,
        certificate.serial.lower().replace("-", " "),
        digits,
        f"{certificate.year}-{digits}",
    ):
        assert address in organizer.get(f"/desk/search?query={typed}").list_links(), typed
    assert address not in organizer.get("/desk/search?query=9876").list_links()


def test_people_are_found_with_what_they_registered_for(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    marina = register_person(session, seminar, MARINA)
    page = organizer.get("/desk/search?query=sokolova")
    assert f"/desk/registrations/{marina.id}" in page.list_links()
    assert f"/desk/registrations/{marina.id}" in organizer.get("/desk/search?query=+7 705 555 01 03").list_links()


def test_a_survey_is_found_by_its_title(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, number=2)
    word = survey.title.kk.split()[0]
    page = organizer.get(f"/desk/search?query={word}")
    assert f"/desk/seminars/{past_seminar.id}/surveys/2/edit" in page.list_links()


@pytest.mark.parametrize("typed", ["%", "_", "'", "<b>", "\x00\x01", "а" * 300, "%27 OR 1=1", "ҰҰҰ"])
def test_odd_input_finds_nothing_and_breaks_nothing(organizer: Visitor, seminar: Seminar, typed: str) -> None:
    page = organizer.client.get("/desk/search", query_string={"query": typed})
    assert page.status_code == 200


def test_the_page_without_a_query_says_what_can_be_typed(organizer: Visitor, seminar: Seminar) -> None:
    page = organizer.get("/desk/search")
    assert page.get_value("query") == ""
    assert organizer.get("/desk/search?query=а").get_value("query") == "а", "too short to search for, but kept"


def test_strangers_search_nothing(stranger: Visitor, seminar: Seminar) -> None:
    for address in ("/desk/search?query=а", "/desk/people", "/desk/seminars", "/desk/settings"):
        assert "/desk/sign-in" in str(stranger.get(address, status=302).location)
