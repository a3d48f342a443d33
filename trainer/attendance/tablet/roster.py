"""What a tablet carries into the hall: its seminars with their sessions, people and marks, and the wording of the consent."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.tablet.changes import format_timestamp, load_full_roster
from trainer.attendance.tablet.devices import DevicePermit
from trainer.attendance.tablet.walk_ins import build_consent_wordings, join_wording_versions, store_consent_wordings
from trainer.registration.consent import ConsentWording
from trainer.registration.models import ConsentPurpose
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar


def build_roster(session: Session, permit: DevicePermit, now: datetime) -> dict[str, Any]:
    """Give everything that a tablet needs without a network; the wordings it will show are kept."""
    seminars = session.scalars(
        select(Seminar)
        .where(Seminar.id.in_(permit.seminar_ids))
        .order_by(Seminar.id)
        .options(*registration_window.build_seminar_load_options())
    )
    known = load_full_roster(session, permit, now)
    people: dict[int, list[dict[str, Any]]] = {each: [] for each in permit.seminar_ids}
    for each in known.people:
        people[each["seminar"]].append(each)
    told = [serialize_seminar(session, each, now) | {"people": people[each.id]} for each in seminars]
    return {"seminars": told, "marks": known.marks, "signed": known.signed, "cursor": known.cursor}


def serialize_seminar(session: Session, seminar: Seminar, now: datetime) -> dict[str, Any]:
    """Write a seminar."""
    shown = build_consent_wordings(seminar.project)
    store_consent_wordings(session, shown, now)
    return {
        "id": seminar.id,
        "title": seminar.title.to_mapping(),
        "ends_at": format_timestamp(seminar.ends_at) if seminar.ends_at else None,
        "consent": {
            "version": join_wording_versions(shown),
            "text": group_consent_points(shown, ConsentPurpose.PERSONAL_DATA),
            "photo": group_consent_points(shown, ConsentPurpose.PHOTO),
        },
        "sessions": [
            {
                "id": each.id,
                "title": each.title.to_mapping(),
                "starts_at": format_timestamp(each.starts_at),
                "ends_at": format_timestamp(each.ends_at),
            }
            for each in seminar.sessions
        ],
    }


def group_consent_points(wordings: list[ConsentWording], purpose: ConsentPurpose) -> dict[str, list[str]]:
    """Give the points of a consent by language."""
    return {each.language: list(each.points) for each in wordings if each.purpose == purpose}
