"""Sign-in sheets: printing one with a code for each page, and finding a printed page again."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.lists.participants import is_assistant
from trainer.attendance.lists.wording import position_said
from trainer.attendance.models import SheetPage
from trainer.attendance.sheets.pdf import LINES, PaperHead, PaperLine, PaperPage
from trainer.language import dates
from trainer.registration.desk import listing
from trainer.registration.models import Registration
from trainer.registration.public.invitation import where
from trainer.seminars.models import Seminar, SeminarSession

FREE = 3  # lines at least for those who come without registering


def new_code() -> str:
    """Make the code of a page: 128 random bits in base32 (RFC 4648) without padding."""
    return base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=")


def print_sheet(session: Session, place: SeminarSession, now: datetime) -> list[SheetPage]:
    """Make the pages of a sheet for everybody who has a place, in the order of the alphabet, and keep who stands where."""
    people = [each.id for each in listing.participants(session, place.seminar)]
    count = -(-(len(people) + FREE) // LINES)
    pages = [
        SheetPage(
            code=new_code(),
            session=place,
            number=number,
            pages=count,
            rows=people[(number - 1) * LINES : number * LINES],
            printed_at=now,
        )
        for number in range(1, count + 1)
    ]
    session.add_all(pages)
    session.flush()
    return pages


def printed(session: Session, seminar: Seminar) -> list[SheetPage]:
    """Give every page that was printed for a seminar, the newest sheet first, its pages in their order."""
    wanted = select(SheetPage).join(SeminarSession).where(SeminarSession.seminar_id == seminar.id)
    return list(session.scalars(wanted.order_by(SheetPage.printed_at.desc(), SheetPage.session_id, SheetPage.number)))


def sheet_of(session: Session, page: SheetPage) -> list[SheetPage]:
    """Give all pages of the sheet to which a page belongs."""
    wanted = select(SheetPage).where(SheetPage.session_id == page.session_id, SheetPage.printed_at == page.printed_at)
    found = list(session.scalars(wanted.order_by(SheetPage.id)))
    first = next(place for place, each in enumerate(found) if each.id == page.id) - (page.number - 1)
    return found[first : first + page.pages]


def page_of_code(session: Session, code: str) -> SheetPage | None:
    """Find a printed page by its code."""
    return session.scalar(select(SheetPage).where(SheetPage.code == code))


def on_paper(session: Session, pages: Iterable[SheetPage], language: str) -> list[PaperPage]:
    """Write the pages of a sheet."""
    pages = list(pages)
    people = people_of(session, {each for page in pages for each in page.rows})
    with force_locale(language):
        return [
            PaperPage(page.code, page.number, page.pages, tuple(line_of(people.get(each)) for each in page.rows))
            for page in pages
        ]


def people_of(session: Session, ids: set[int]) -> dict[int, Registration]:
    """Find registrations by their numbers."""
    return {each.id: each for each in session.scalars(select(Registration).where(Registration.id.in_(ids)))}


def line_of(registration: Registration | None) -> PaperLine:
    """Write a line; one whose registration is no more stays empty, so that the others keep their places."""
    if registration is None:
        return PaperLine("", "")
    person = registration.person
    assistant = is_assistant(registration.seminar.audience, person.position)
    return PaperLine(person.full_name, person.workplace or position_said(person.position, assistant))


def head_of(place: SeminarSession, language: str) -> PaperHead:
    """Write what stands at the top of the pages."""
    seminar = place.seminar
    day = dates.long_date(place.starts_at.astimezone(seminar.zone).date(), language)
    hours = "–".join(dates.clock_time(each, seminar.zone) for each in (place.starts_at, place.ends_at))
    about = (place.title.to(language), f"{day}, {hours}", where(seminar, language))
    return PaperHead(
        language=language,
        organizer=seminar.project.grantee.to(language),
        event=seminar.title.to(language),
        about=" · ".join(each for each in about if each),
    )
