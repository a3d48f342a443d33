"""Search, filters and pages of the certificates of a seminar."""

from sqlalchemy.orm import Session

from tests.factories import MARINA, issue_to_eligible, register_eligible_person, register_person
from tests.page import Page, get_words
from tests.route_data import add_registrations
from tests.visitor import Visitor
from trainer.registration.models import RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.web.paging import ROWS_PER_PAGE


def list_names(page: Page) -> list[str]:
    """Return the names in the table."""
    return [get_words(head) for head in page.find_all("th") if head.get("scope") == "row"]


def test_people_are_found_by_name_serial_and_status(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    holder = register_eligible_person(session, past_seminar)
    register_person(session, past_seminar, MARINA)
    [certificate] = issue_to_eligible(session, past_seminar)
    address = f"/desk/seminars/{past_seminar.id}/certificates?"
    for arguments in ("show=issued", f"query={certificate.serial.lower()}", f"query={holder.person.surname}"):
        assert list_names(organizer.get(address + arguments)) == [holder.person.full_name], arguments
    assert list_names(organizer.get(f"{address}show=not-ready")) == ["Соколова Марина Викторовна"]
    assert len(list_names(organizer.get(f"{address}show=nonsense"))) == 2
    assert list_names(organizer.get(f"{address}query=Zzyzx")) == []


def test_a_long_list_is_paged_and_an_exception_leads_back_to_its_page(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    past_seminar.capacity = 500
    add_registrations(session, past_seminar, ROWS_PER_PAGE + 2, RegistrationStatus.REGISTERED)
    address = f"/desk/seminars/{past_seminar.id}/certificates?page=2"
    page = organizer.get(address)
    assert len(list_names(page)) == 2
    forms = [form for form in page.list_forms() if (form.get("action") or "").partition("?")[0].endswith("/exception")]
    index = page.list_forms().index(forms[0])
    answer = organizer.submit(address, {"reason": "Науқас болды"}, form=index)
    assert "page=2" in (answer.location or "")
