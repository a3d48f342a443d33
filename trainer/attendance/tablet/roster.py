"""The roster of a tablet: seminars with sessions, people and marks, and the consent wordings, as JSON."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.tablet.changes import format_timestamp, load_full_roster
from trainer.attendance.tablet.devices import DevicePermit
from trainer.attendance.tablet.walk_ins import build_consent_wordings, join_wording_versions, store_consent_wordings
from trainer.registration.consent import ConsentWording
from trainer.registration.models import ConsentPurpose
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar, SeminarSession


def build_roster(session: Session, permit: DevicePermit, now: datetime) -> dict[str, Any]:
    """Return all data that a tablet needs offline, and store the consent wordings that it will show."""
    seminars = session.scalars(
        select(Seminar)
        .where(Seminar.id.in_(permit.seminar_ids))
        .order_by(Seminar.id)
        .options(*registration_window.build_seminar_load_options())
    )
    content = load_full_roster(session, permit, now)
    people: dict[int, list[dict[str, Any]]] = {seminar_id: [] for seminar_id in permit.seminar_ids}
    for person in content.people:
        people[person["seminar"]].append(person)
    return {
        "seminars": [serialize_seminar(session, seminar) | {"people": people[seminar.id]} for seminar in seminars],
        "marks": content.marks,
        "signed": content.signed,
        "cursor": content.cursor,
    }


def serialize_seminar(session: Session, seminar: Seminar) -> dict[str, Any]:
    """Return a seminar as JSON for tablets, and store its consent wordings."""
    wordings = build_consent_wordings(seminar.project)
    store_consent_wordings(session, wordings)
    return {
        "id": seminar.id,
        "title": seminar.title.to_mapping(),
        "ends_at": format_timestamp(seminar.ends_at) if seminar.ends_at else None,
        "consent": {
            "version": join_wording_versions(wordings),
            "text": group_consent_points(wordings, ConsentPurpose.PERSONAL_DATA),
            "photo": group_consent_points(wordings, ConsentPurpose.PHOTO),
        },
        "sessions": [serialize_session(seminar_session, seminar.zone) for seminar_session in seminar.sessions],
    }


def serialize_session(seminar_session: SeminarSession, zone: ZoneInfo) -> dict[str, Any]:
    """Return a session as JSON for tablets.

    `utc_offset` is the project's zone at the start of the session, in minutes: the tablet shows times by it, because the
    zone of a device may be set wrong and the zone rules of an old one are out of date.
    """
    offset = seminar_session.starts_at.astimezone(zone).utcoffset() or timedelta()
    return {
        "id": seminar_session.id,
        "title": seminar_session.title.to_mapping(),
        "starts_at": format_timestamp(seminar_session.starts_at),
        "ends_at": format_timestamp(seminar_session.ends_at),
        "utc_offset": offset // timedelta(minutes=1),
    }


def group_consent_points(wordings: list[ConsentWording], purpose: ConsentPurpose) -> dict[str, list[str]]:
    """Return the points of the consent for a purpose, by language."""
    return {wording.language: list(wording.points) for wording in wordings if wording.purpose == purpose}
