"""What a tablet carries into the hall: its seminars with their sessions, people and marks, and the wording of the consent."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.tablet.changes import everything, written
from trainer.attendance.tablet.devices import Permit
from trainer.attendance.tablet.walk_ins import keep_wordings, version_of, wordings
from trainer.registration.consent import Wording
from trainer.registration.models import Purpose
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar


def roster(session: Session, permit: Permit, now: datetime) -> dict[str, Any]:
    """Give everything that a tablet needs without a network; the wordings it will show are kept."""
    seminars = session.scalars(
        select(Seminar)
        .where(Seminar.id.in_(permit.seminars))
        .order_by(Seminar.id)
        .options(*registration_window.with_surroundings())
    )
    known = everything(session, permit, now)
    people: dict[int, list[dict[str, Any]]] = {each: [] for each in permit.seminars}
    for each in known.people:
        people[each["seminar"]].append(each)
    told = [seminar_of(session, each, now) | {"people": people[each.id]} for each in seminars]
    return {"seminars": told, "marks": known.marks, "signed": known.signed, "cursor": known.cursor}


def seminar_of(session: Session, seminar: Seminar, now: datetime) -> dict[str, Any]:
    """Write a seminar."""
    shown = wordings(seminar.project)
    keep_wordings(session, shown, now)
    return {
        "id": seminar.id,
        "title": seminar.title.parts(),
        "ends_at": written(seminar.ends_at) if seminar.ends_at else None,
        "consent": {
            "version": version_of(shown),
            "text": points_of(shown, Purpose.PERSONAL_DATA),
            "photo": points_of(shown, Purpose.PHOTO),
        },
        "sessions": [
            {
                "id": each.id,
                "title": each.title.parts(),
                "starts_at": written(each.starts_at),
                "ends_at": written(each.ends_at),
            }
            for each in seminar.sessions
        ],
    }


def points_of(shown: list[Wording], purpose: Purpose) -> dict[str, list[str]]:
    """Give the points of a consent by language."""
    return {each.language: list(each.points) for each in shown if each.purpose == purpose}
