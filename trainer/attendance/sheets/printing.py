"""Sign-in sheets: printing one with a code for each page, and finding a printed page again."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.lists.participants import is_personal_assistant
from trainer.attendance.lists.wording import format_position
from trainer.attendance.models import SheetPage
from trainer.attendance.sheets.pdf import LINES_PER_PAGE, SheetHead, SheetLine, SheetPageContent
from trainer.language import dates
from trainer.registration.desk import listing
from trainer.registration.models import Registration
from trainer.registration.public.invitation import format_city_and_venue
from trainer.seminars.models import Seminar, SeminarSession

MIN_FREE_LINES = 3  # lines at least for those who come without registering


def generate_page_code() -> str:
    """Make the code of a page: 128 random bits in base32 (RFC 4648) without padding."""
    return base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=")


def create_sheet_pages(session: Session, seminar_session: SeminarSession, now: datetime) -> list[SheetPage]:
    """Make the pages of a sheet for everybody who has a place, in the order of the alphabet, and keep who stands where."""
    people = [each.id for each in listing.list_participants(session, seminar_session.seminar)]
    count = -(-(len(people) + MIN_FREE_LINES) // LINES_PER_PAGE)
    pages = [
        SheetPage(
            code=generate_page_code(),
            session=seminar_session,
            number=number,
            page_count=count,
            registration_ids=people[(number - 1) * LINES_PER_PAGE : number * LINES_PER_PAGE],
            printed_at=now,
        )
        for number in range(1, count + 1)
    ]
    session.add_all(pages)
    session.flush()
    return pages


def list_printed_pages(session: Session, seminar: Seminar) -> list[SheetPage]:
    """Give every page that was printed for a seminar, the newest sheet first, its pages in their order."""
    wanted = select(SheetPage).join(SeminarSession).where(SeminarSession.seminar_id == seminar.id)
    return list(session.scalars(wanted.order_by(SheetPage.printed_at.desc(), SheetPage.session_id, SheetPage.number)))


def list_pages_of_sheet(session: Session, page: SheetPage) -> list[SheetPage]:
    """Give all pages of the sheet to which a page belongs."""
    wanted = select(SheetPage).where(SheetPage.session_id == page.session_id, SheetPage.printed_at == page.printed_at)
    found = list(session.scalars(wanted.order_by(SheetPage.id)))
    first = next(place for place, each in enumerate(found) if each.id == page.id) - (page.number - 1)
    return found[first : first + page.page_count]


def find_page_by_code(session: Session, code: str) -> SheetPage | None:
    """Find a printed page by its code."""
    return session.scalar(select(SheetPage).where(SheetPage.code == code))


def build_sheet_page_contents(session: Session, pages: Iterable[SheetPage], language: str) -> list[SheetPageContent]:
    """Write the pages of a sheet."""
    pages = list(pages)
    people = map_sheet_registrations(session, {each for page in pages for each in page.registration_ids})
    with force_locale(language):
        return [
            SheetPageContent(
                page.code,
                page.number,
                page.page_count,
                tuple(build_sheet_line(people.get(each)) for each in page.registration_ids),
            )
            for page in pages
        ]


def map_sheet_registrations(session: Session, registration_ids: set[int]) -> dict[int, Registration]:
    """Find registrations by their numbers."""
    return {
        each.id: each for each in session.scalars(select(Registration).where(Registration.id.in_(registration_ids)))
    }


def build_sheet_line(registration: Registration | None) -> SheetLine:
    """Write a line; one whose registration is no more stays empty, so that the others keep their places."""
    if registration is None:
        return SheetLine("", "")
    person = registration.person
    assistant = is_personal_assistant(registration.seminar.audience, person.position)
    return SheetLine(person.full_name, person.workplace or format_position(person.position, assistant))


def build_sheet_head(seminar_session: SeminarSession, language: str) -> SheetHead:
    """Write what stands at the top of the pages."""
    seminar = seminar_session.seminar
    day = dates.format_long_date(seminar_session.starts_at.astimezone(seminar.zone).date(), language)
    hours = "–".join(
        dates.format_clock_time(each, seminar.zone) for each in (seminar_session.starts_at, seminar_session.ends_at)
    )
    about = (seminar_session.title.get_text(language), f"{day}, {hours}", format_city_and_venue(seminar, language))
    return SheetHead(
        language=language,
        organizer=seminar.project.grantee.get_text(language),
        event=seminar.title.get_text(language),
        session_details=" · ".join(each for each in about if each),
    )
