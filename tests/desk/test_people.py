"""The people of a project: each once, with registrations, certificates and consents; filters, pages and tolerant search."""

from sqlalchemy.orm import Session

from tests.factories import (
    AIGUL,
    MARINA,
    YERLAN,
    issue_to_eligible,
    register_eligible_person,
    register_person,
)
from tests.page import Page, get_words
from tests.route_data import add_registrations
from tests.visitor import Visitor
from trainer.clock import now
from trainer.registration.models import RegistrationStatus
from trainer.registration.seats.enrolment import register_known_person
from trainer.seminars.models import Seminar
from trainer.web.paging import ROWS_PER_PAGE


def list_names(page: Page) -> list[str]:
    """Return the names in the table of people."""
    return [get_words(next(iter(head.iter("a")))) for head in page.find_all("th") if head.get("scope") == "row"]


def test_a_person_stands_once_with_all_registrations_and_certificates(
    organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar
) -> None:
    first = register_eligible_person(session, past_seminar)
    [certificate] = issue_to_eligible(session, past_seminar)
    register_known_person(session, first.person, seminar, now())
    page = organizer.get("/desk/people")
    assert list_names(page) == [first.person.full_name]
    links = page.list_links()
    assert f"/desk/certificates/{certificate.serial}" in links
    assert len([link for link in links if link.startswith("/desk/registrations/")]) == 3, (
        "the name and two registrations"
    )


def test_merged_registrations_are_left_out(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    kept, merged = register_person(session, seminar), register_person(session, seminar, YERLAN)
    merged.status, merged.merged_into_id = RegistrationStatus.MERGED, kept.id
    assert list_names(organizer.get("/desk/people")) == [kept.person.full_name]


def test_filters_find_duplicates_and_missing_consents(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    register_person(session, seminar)
    register_person(session, seminar, AIGUL)
    [without] = add_registrations(session, seminar, 1, RegistrationStatus.REGISTERED)
    without.consents.clear()
    assert list_names(organizer.get("/desk/people?show=duplicates")) == ["Өтегенова Айгүл Маратқызы"]
    assert list_names(organizer.get("/desk/people?show=no-consent")) == [without.person.full_name]
    assert len(list_names(organizer.get("/desk/people?show=nonsense"))) == 3


def test_the_search_knows_spellings_phones_and_similar_names(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    for applicant in (AIGUL, YERLAN, MARINA):
        register_person(session, seminar, applicant)
    assert list_names(organizer.get("/desk/people?query=Otegenova")) == ["Өтегенова Айгүл Маратқызы"]
    assert list_names(organizer.get("/desk/people?query=8 747 555 01 02")) == ["Қожахметов Ерлан Ғабитұлы"]
    similar = organizer.get("/desk/people?query=Соколава")
    assert list_names(similar) == ["Соколова Марина Викторовна"]
    assert "Дәл сәйкестік табылмады" in similar.words
    assert list_names(organizer.get("/desk/people?query=Zzyzx")) == []


def test_a_long_list_is_paged(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    add_registrations(session, seminar, ROWS_PER_PAGE + 5, RegistrationStatus.REGISTERED)
    first, second = organizer.get("/desk/people"), organizer.get("/desk/people?page=2")
    assert len(list_names(first)) == ROWS_PER_PAGE
    assert len({*list_names(first), *list_names(second)}) == ROWS_PER_PAGE + 5
    assert "/desk/people?page=2" in first.list_links()
    assert list_names(organizer.get("/desk/people?page=99")) == list_names(second)
