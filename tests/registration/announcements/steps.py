"""Writing and sending announcements as an organizer does."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.page import Page
from tests.visitor import Visitor
from trainer.registration.announcements.models import Announcement
from trainer.seminars.models import Seminar

ADDRESS = "/desk/messages/announcements"
TEXTS = {
    "subject-kk": "Орын ауысты: {seminar}",
    "body-kk": "Сәлеметсіз бе, {name}!\n\nБасқа кіреберістен кіріңіз.\n{venue}\n\n{page}",
    "subject-ru": "Вход изменился: {seminar}",
    "body-ru": "Здравствуйте, {name}!\n\nВойдите с другого входа.\n{venue}\n\n{page}",
}


def write_announcement(organizer: Visitor, *seminars: Seminar, segment: str = "everybody", **changes: Any) -> str:
    """Save an announcement in Kazakh and Russian as a draft and return the address of its page."""
    return str(fill_announcement(organizer, *seminars, segment=segment, **changes).location)


def fill_announcement(
    organizer: Visitor, *seminars: Seminar, segment: str = "everybody", status: int = 303, **changes: Any
) -> Page:
    """Fill in the form of a new announcement, send it, and return the response. In `changes`, `_` stands for `-`."""
    numbers = [str(seminar.id) for seminar in seminars]
    fields = {
        name.replace("_kk", "-kk").replace("_ru", "-ru").replace("_en", "-en"): value for name, value in changes.items()
    }
    values = {**TEXTS, "seminars": numbers, "segment": segment, **fields}
    return organizer.submit(f"{ADDRESS}/new", values, status=status)


def press(organizer: Visitor, address: str, action: str) -> Page:
    """Press a button of an announcement's page and return the page that follows."""
    page = organizer.get(address)
    forms = [form.get("action") for form in page.list_forms()]
    return organizer.follow(organizer.submit(address, form=forms.index(f"{address}/{action}")))


def get_announcement(session: Session) -> Announcement:
    """Return the announcement that was written last, as it is in the database."""
    session.expire_all()
    return session.scalars(select(Announcement).order_by(Announcement.id.desc())).first()  # type: ignore[return-value]
