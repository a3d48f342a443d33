"""Sign-in sheets: creating pages with codes, their content, and lookup by code."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.lists.participants import is_personal_assistant
from trainer.attendance.lists.wording import format_position
from trainer.attendance.models import SheetPage
from trainer.attendance.sheets.pdf import LINES_PER_PAGE, SheetHead, SheetLine, SheetPageContent
from trainer.language import dates
from trainer.registration.models import Registration
from trainer.registration.public.invitation import format_city_and_venue
from trainer.registration.seats.participants import list_participants
from trainer.seminars.models import Seminar, SeminarSession

MIN_FREE_LINES = 3  # for walk-ins


def generate_page_code() -> str:
    """Return a new page code: 128 random bits in base32 (RFC 4648) without padding."""
    return base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=")


def create_sheet_pages(session: Session, seminar_session: SeminarSession, now: datetime) -> list[SheetPage]:
    """Create the pages of a sheet with everybody on the list in alphabetical order, and store which line is whose."""
    registration_ids = [person.id for person in list_participants(session, seminar_session.seminar)]
    page_count = -(-(len(registration_ids) + MIN_FREE_LINES) // LINES_PER_PAGE)
    pages = [
        SheetPage(
            code=generate_page_code(),
            session=seminar_session,
            number=number,
            page_count=page_count,
            registration_ids=registration_ids[(number - 1) * LINES_PER_PAGE : number * LINES_PER_PAGE],
            printed_at=now,
        )
        for number in range(1, page_count + 1)
    ]
    session.add_all(pages)
    session.flush()
    return pages


def list_printed_pages(session: Session, seminar: Seminar) -> list[SheetPage]:
    """Return all pages printed for a seminar: the newest sheet first, pages by number."""
    query = select(SheetPage).join(SeminarSession).where(SeminarSession.seminar_id == seminar.id)
    return list(session.scalars(query.order_by(SheetPage.printed_at.desc(), SheetPage.session_id, SheetPage.number)))


def list_pages_of_sheet(session: Session, page: SheetPage) -> list[SheetPage]:
    """Return all pages of the sheet to which a page belongs, in their order."""
    query = select(SheetPage).where(SheetPage.session_id == page.session_id, SheetPage.printed_at == page.printed_at)
    pages = list(session.scalars(query.order_by(SheetPage.id)))  # of several sheets, if printed at the same time
    page_index = next(index for index, other in enumerate(pages) if other.id == page.id)
    first_index = page_index - (page.number - 1)
    return pages[first_index : first_index + page.page_count]


def find_page_by_code(session: Session, code: str) -> SheetPage | None:
    """Return the printed page of a code, or None."""
    return session.scalar(select(SheetPage).where(SheetPage.code == code))


def build_sheet_page_contents(session: Session, pages: Iterable[SheetPage], language: str) -> list[SheetPageContent]:
    """Return the content of pages in a language."""
    pages = list(pages)
    registration_ids = {registration_id for page in pages for registration_id in page.registration_ids}
    registrations_by_id = map_sheet_registrations(session, registration_ids)
    with force_locale(language):
        return [
            SheetPageContent(
                code=page.code,
                number=page.number,
                page_count=page.page_count,
                lines=tuple(build_sheet_line(registrations_by_id.get(key)) for key in page.registration_ids),
            )
            for page in pages
        ]


def map_sheet_registrations(session: Session, registration_ids: set[int]) -> dict[int, Registration]:
    """Return registrations by id, with their persons; deleted ones are missing."""
    query = select(Registration).where(Registration.id.in_(registration_ids)).options(joinedload(Registration.person))
    registrations = session.scalars(query)
    return {registration.id: registration for registration in registrations}


def build_sheet_line(registration: Registration | None) -> SheetLine:
    """Return the line of a registration; a deleted one leaves an empty line, so that the others keep their position."""
    if registration is None:
        return SheetLine("", "")
    person = registration.person
    is_assistant = is_personal_assistant(registration.seminar.audience, person.position)
    return SheetLine(person.full_name, person.workplace or format_position(person.position, is_assistant))


def build_sheet_head(seminar_session: SeminarSession, language: str) -> SheetHead:
    """Return the head of the pages of a session's sheet."""
    seminar = seminar_session.seminar
    day = dates.format_long_date(seminar_session.starts_at.astimezone(seminar.zone).date(), language)
    times = seminar_session.starts_at, seminar_session.ends_at
    hours = "–".join(dates.format_clock_time(time, seminar.zone) for time in times)
    details = (seminar_session.title.get_text(language), f"{day}, {hours}", format_city_and_venue(seminar, language))
    return SheetHead(
        language=language,
        organizer=seminar.project.grantee.get_text(language),
        event=seminar.title.get_text(language),
        session_details=" · ".join(detail for detail in details if detail),
    )
