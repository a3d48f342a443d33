"""Mapping between the seminar form and the tables, in both directions."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainer.projects.models import Activity
from trainer.seminars.changes import record_change
from trainer.seminars.description.agenda import build_agenda_form_data, write_agenda
from trainer.seminars.description.copying import set_defaults
from trainer.seminars.description.forms import SeminarForm
from trainer.seminars.models import COMPLETABLE_KINDS, CertificateKind, Seminar, SeminarSession
from trainer.seminars.registration_window import build_unique_slug
from trainer.seminars.schedule import build_schedule

COPIED_FIELDS = (
    "kind",
    "format",
    "audience",
    "capacity",
    "needs_approval",
    "has_waiting_list",
    "offer_hours",
    "change_hours",
    "has_survey",
    "has_certificate",
    "share_required",
    "hours",
    "certificate_kind",
    "survey_required",
    "pass_mark",
    "valid_months",
    "design",
)
TRANSLATED_FIELDS = ("title", "description", "city", "venue", "access", "certificate_heading", "co_issuer")


class SessionInUse(Exception):
    """A session with attendance marks can't be removed."""


def create_seminar(session: Session, form: SeminarForm, earlier: Seminar | None = None) -> Seminar:
    """Create a seminar from the form, flush and return it. What the form does not ask is as in the earlier seminar, if any."""
    seminar = Seminar(slug=build_unique_slug(session, form.title.value.get_text("ru")))
    set_defaults(seminar, earlier)
    fill_seminar(session, form, seminar)
    if seminar.kind not in COMPLETABLE_KINDS and "certificate_kind" not in form:
        seminar.certificate_kind = CertificateKind.PARTICIPATION
    session.flush()
    return seminar


def update_seminar(
    session: Session, form: SeminarForm, seminar: Seminar, user_id: int | None, now: datetime
) -> Seminar:
    """Update a locked seminar from the form, record what changed for the people who were told, and return it.

    Raises SessionInUse; the caller must then roll back.
    """
    earlier_title, earlier_schedule = seminar.title, build_schedule(seminar)
    fill_seminar(session, form, seminar)
    try:
        session.flush()
    except IntegrityError as error:
        raise SessionInUse from error
    if (seminar.title, build_schedule(seminar)) != (earlier_title, earlier_schedule):  # all that calendars show
        seminar.calendar_version += 1
    record_change(session, seminar, earlier_schedule, user_id, now)
    return seminar


def fill_seminar(session: Session, form: SeminarForm, seminar: Seminar) -> None:
    """Set all that the form holds; what it does not ask stays as it is."""
    if "activity_id" in form:
        seminar.activity = session.get_one(Activity, form.activity_id.data)
    for name in TRANSLATED_FIELDS:
        if name in form:
            setattr(seminar, name, form[name].value)
    for name in COPIED_FIELDS:
        if name in form:
            setattr(seminar, name, form[name].data)
    for name in ("trainers", "map_url"):
        if name in form:
            setattr(seminar, name, form[name].data or "")
    if "closes" in form:
        seminar.closes_at = attach_time_zone(form.closes.data, seminar.zone)
    if "signatories" in form:
        seminar.signatories = [
            {"name": row.form["name"].data, "position": row.form.position.value.to_mapping()}
            for row in form.signatories
            if row.form["name"].data
        ]
    session.add(seminar)
    if "sessions" in form:
        update_seminar_sessions(form, seminar)


def update_seminar_sessions(form: SeminarForm, seminar: Seminar) -> None:
    """Add, change and remove the seminar's sessions to match the rows of the form."""
    existing = {session.id: session for session in seminar.sessions}
    for row in (entry.form for entry in form.sessions):
        session = existing.get(row.session_id.data)
        if row.remove.data:
            if session is not None:
                seminar.sessions.remove(session)
        elif not row.has_no_input:
            target = session or SeminarSession()
            target.title = row.title.value
            target.starts_at, target.ends_at = row.get_session_times(seminar.zone)
            write_agenda(target, row.agenda_items)
            if session is None:
                seminar.sessions.append(target)


def attach_time_zone(local_time: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return a local time of the form as an aware datetime in the project's zone."""
    return None if local_time is None else local_time.replace(tzinfo=zone)


def build_seminar_form_data(seminar: Seminar) -> dict[str, Any]:
    """Return the form values of a seminar."""
    plain = {
        name: getattr(seminar, name) for name in (*COPIED_FIELDS, "activity_id", "trainers", "map_url", "signatories")
    }
    texts = {name: getattr(seminar, name).to_mapping() for name in TRANSLATED_FIELDS}
    closes = seminar.closes_at.astimezone(seminar.zone).replace(tzinfo=None) if seminar.closes_at else None
    return {
        **plain,
        **texts,
        "closes": closes,
        "sessions": [build_session_form_data(seminar_session, seminar.zone) for seminar_session in seminar.sessions],
    }


def build_session_form_data(session: SeminarSession, zone: ZoneInfo) -> dict[str, Any]:
    """Return the values of a session's row in the form, with local times."""
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    times = {"day": starts.date(), "begins": starts.time(), "ends": ends.time()}
    agenda = build_agenda_form_data(session)
    return {"title": session.title.to_mapping(), **times, "session_id": session.id, "agenda": agenda}
