"""A bulk action on all that the filters of the list find, on all its pages."""

from sqlalchemy.orm import Session

from tests.route_data import add_registrations
from tests.visitor import Visitor
from trainer.registration.desk.listing import PAGE_SIZE
from trainer.registration.models import RegistrationStatus
from trainer.seminars.models import Seminar


def test_all_found_are_those_of_all_pages_and_of_no_other_filter(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.capacity = 500
    seated = add_registrations(session, seminar, PAGE_SIZE + 3, RegistrationStatus.REGISTERED)
    [waiting] = add_registrations(session, seminar, 1, RegistrationStatus.WAITING)
    waiting.queue_number = 1
    address = f"/desk/seminars/{seminar.id}/registrations?state=registered"
    page = organizer.get(address)
    [box] = [element for element in page.find_all("input") if element.get("name") == "everyone"]
    assert box.get("form") == "people"
    target, fields = page.read_form("people")
    organizer.post(target, {**fields, "everyone": "yes", "action": "cancel"})
    session.expire_all()
    assert {registration.status for registration in seated} == {RegistrationStatus.CANCELLED}
    assert waiting.status != RegistrationStatus.CANCELLED


def test_a_list_of_one_page_offers_its_page_alone(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    add_registrations(session, seminar, 3, RegistrationStatus.REGISTERED)
    page = organizer.get(f"/desk/seminars/{seminar.id}/registrations")
    assert not any(element.get("name") == "everyone" for element in page.find_all("input"))
