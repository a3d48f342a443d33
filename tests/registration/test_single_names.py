"""People who have one name, in either field: registered on every way, printed, listed, sorted, found, and taken for one person."""

import io
import re

import pypdfium2
import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.tablet_client import create_paired_tablet
from tests.factories import AIGUL, issue_to_eligible, register_eligible_person, register_person
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH, list_registrations
from tests.registration.imports.steps import import_list, open_rows
from tests.visitor import Visitor
from trainer.people.models import Person
from trainer.registration.notifications.texts import build_link_message
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database

NAME = "Суркош"
SINGLE_NAMES = [{"surname": NAME, "given_name": ""}, {"surname": "", "given_name": NAME}]
BLEMISH = re.compile(r"\bNone\b|\bnull\b|undefined|[^\S\n]{2}Суркош|Суркош[^\S\n]{2,}\S|- Суркош|Суркош -(?!\w)")
EITHER_FIELD = pytest.mark.parametrize("names", SINGLE_NAMES, ids=["surname", "given-name"])


@EITHER_FIELD
def test_the_form_takes_one_name_from_somebody_who_says_so(
    stranger: Visitor, organizer: Visitor, session: Session, seminar: Seminar, names: dict[str, str]
) -> None:
    [empty] = [name for name, value in names.items() if not value]
    typed = {**REGISTRATION_INPUT, "patronymic": "", **names}
    refused = stranger.submit(REGISTRATION_PATH, typed, form="registration", status=422)
    assert refused.get_error(empty), "a forgotten name is asked for"
    target, fields = refused.read_form("registration")
    stranger.post(target, {**fields, **typed, "has_one_name": "y"})
    organizer.submit(
        f"/desk/seminars/{seminar.id}/registrations/new",
        {**names, "phone": "87015550199", "has_one_name": "y"},
        form="person",
    )
    people = [registration.person for registration in list_registrations(session)]
    assert [(person.surname, person.given_name, person.full_name) for person in people] == [(*names.values(), NAME)] * 2
    edited = organizer.get(f"/desk/registrations/{list_registrations(session)[0].id}")
    assert edited.read_form("person")[1]["has_one_name"], "saving it again asks nothing"


@pytest.mark.parametrize("typed", [{}, {"has_one_name": "y"}])
def test_no_name_at_all_is_refused_once(stranger: Visitor, seminar: Seminar, typed: dict[str, str]) -> None:
    changes = {**REGISTRATION_INPUT, "surname": " ", "given_name": "", **typed}
    page = stranger.submit(REGISTRATION_PATH, changes, form="registration", status=422)
    assert page.get_error("surname")
    assert bool(page.get_error("given_name")) is not bool(typed)


@EITHER_FIELD
def test_a_tablet_and_a_list_take_one_name(
    organizer: Visitor, session: Session, seminar: Seminar, past_seminar: Seminar, names: dict[str, str]
) -> None:
    tablet = create_paired_tablet(organizer.client.application, session, past_seminar)
    assert tablet.send_and_list_outcomes(tablet.walk_in(past_seminar.id, **names)) == ["stored"]
    heading = "Тегі" if names["surname"] else "Аты"
    content = f"{heading};Телефон\n{NAME};87015550188\n".encode()
    assert "question" not in open_rows(organizer, seminar, content).words
    import_list(organizer, seminar, content)
    import_list(organizer, seminar, f"Аты-жөні;Телефон\n{NAME}-Тегін;87015550177\n".encode())
    people = session.scalars(select(Person).order_by(Person.id)).all()
    assert [person.full_name for person in people] == [NAME, NAME, f"{NAME}-Тегін"]
    assert len({person.sort_key for person in people[:2]}) == 1


def test_one_name_in_either_field_is_one_person(session: Session, seminar: Seminar) -> None:
    register_person(session, seminar, AIGUL, **SINGLE_NAMES[0], patronymic="")
    again = register_person(session, seminar, AIGUL, **SINGLE_NAMES[1], patronymic="", phone="+77015550122")
    assert again.is_likely_duplicate
    first, second = (registration.person for registration in list_registrations(session))
    assert (first.sort_key, first.folded_name, first.full_name) == (
        second.sort_key,
        second.folded_name,
        second.full_name,
    )


@EITHER_FIELD
def test_one_name_stands_rightly_on_pages_lists_and_papers(
    organizer: Visitor, stranger: Visitor, session: Session, past_seminar: Seminar, names: dict[str, str]
) -> None:
    registration = register_eligible_person(session, past_seminar, AIGUL, **names, patronymic="")
    session.commit()
    issue_to_eligible(session, past_seminar)
    desk, own = f"/desk/seminars/{past_seminar.id}", f"/r/{registration.token}"
    for address in (
        *(f"{desk}/registrations?query={NAME}", f"{desk}/attendance", f"{desk}/certificates", f"{desk}/messages"),
        *(f"/desk/registrations/{registration.id}", desk),
    ):
        check_page(organizer, address, is_named="messages" not in address and address != desk)
    for address in (own, f"{own}/pass", f"{own}/details", f"{own}/my-data", f"{own}/name"):
        check_page(stranger, address, is_named=address != f"{own}/details")
    assert stranger.client.get(f"{own}/pass.png").status_code == 200
    day = f"?day={past_seminar.days[0].isoformat()}&column=empty"
    for address in (f"{own}/certificate.pdf", f"{desk}/participants-kk.pdf{day}"):
        text = read_pdf_text(organizer.client.get(address).data)
        assert NAME in text
        assert not BLEMISH.search(text), address
    for address in (f"{desk}/registrations.csv", f"{own}/my-data.json"):
        text = organizer.client.get(address).get_data(as_text=True)
        assert NAME in text
        assert not re.search(r"None|  Суркош", text)
    [sheet] = load_workbook(io.BytesIO(organizer.client.get(f"{desk}/participants-kk.xlsx{day}").data)).worksheets
    assert NAME in [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    with session.info["app"].test_request_context():
        assert f"{NAME}!" in build_link_message(session, registration).body


def check_page(visitor: Visitor, address: str, *, is_named: bool) -> None:
    """Open a page and check that the name stands there without a trace of the missing one."""
    words = visitor.get(address).words
    assert NAME in words or not is_named, address
    assert not BLEMISH.search(words), address


def read_pdf_text(content: bytes) -> str:
    """Return the text of all pages of a PDF."""
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))
