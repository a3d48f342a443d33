"""What people know of a seminar: which versions of it they saw or were told, and whom a change concerns.

Somebody who registered by themselves saw what was true then. Everybody else knows what the messages say that were sent.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial

from sqlalchemy import Select, String, cast, literal, select
from sqlalchemy.orm import Session, joinedload

from trainer.messages.log import map_told_versions
from trainer.messages.outbox import is_reachable
from trainer.registration.models import ACTIVE_STATUSES, Registration
from trainer.seminars.changes import ScheduleHistory, load_history
from trainer.seminars.difference import Difference, describe_difference
from trainer.seminars.models import Seminar
from trainer.seminars.schedule import ScheduledSession


def get_message_topic(seminar: Seminar) -> str:
    """Return the topic under which the messages of a seminar are stored."""
    return f"seminar-{seminar.id}"


def select_message_topics(seminar_ids: Select[int]) -> Select[str]:
    """Return a SELECT of the topics of these seminars."""
    return select(literal("seminar-") + cast(Seminar.id, String)).where(Seminar.id.in_(seminar_ids))


def parse_seminar_id(topic: str) -> int:
    """Return the id of the seminar to which a topic belongs."""
    return int(topic.rpartition("-")[2])


@dataclass(frozen=True)
class KnownSchedule:
    """What somebody knows who is not up to date: its version (None for nothing), and what changed since, in words."""

    registration: Registration
    version: int | None
    difference: Difference


@dataclass(frozen=True)
class ChangeNotice:
    """What a personal page says of a change: when it was made, and what it changed."""

    changed_at: datetime
    difference: Difference


def list_known_versions(session: Session, registration: Registration) -> list[int]:
    """Return the versions of the seminar that a person saw or was told, in their order."""
    topic = get_message_topic(registration.seminar)
    told = map_told_versions(session, topic, registration.person_id).get(registration.person_id, set())
    return sort_versions(registration, told)


def sort_versions(registration: Registration, told_versions: Collection[int]) -> list[int]:
    """Return the version that a person saw and those they were told, in their order."""
    return sorted({*told_versions, *([] if registration.seen_version is None else [registration.seen_version])})


def describe_news(history: ScheduleHistory, version: int | None, language: str) -> Difference | None:
    """Return what is new to somebody who knows a version; for who knows nothing, only that the seminar is cancelled."""
    if version is None and not history.present.is_cancelled:
        return None
    known = history.get_schedule(version) if version is not None else replace(history.present, is_cancelled=False)
    return describe_difference(known, history.present, history.seminar.zone, language)


def list_outdated_people(session: Session, seminar: Seminar, now: datetime) -> list[KnownSchedule]:
    """Return the people with a seat, an application or a position who know another schedule than the present one.

    They are those who can be reached. Nobody once the seminar is over: then it is too late for news.
    """
    if seminar.is_over(now):
        return []
    history, told_versions = load_history(session, seminar), map_told_versions(session, get_message_topic(seminar))
    statement = select(Registration).where(
        Registration.seminar_id == seminar.id, Registration.status.in_(ACTIVE_STATUSES)
    )
    describe = cache(partial(describe_news, history))  # many people know the same
    outdated = []
    for registration in session.scalars(statement.order_by(Registration.id).options(joinedload(Registration.person))):
        person = registration.person
        versions = sort_versions(registration, told_versions.get(person.id, ()))
        version = versions[-1] if versions else None
        difference = describe(version, person.language) if is_reachable(person) else None
        if difference is not None:
            outdated.append(KnownSchedule(registration, version, difference))
    return outdated


def find_change_notice(
    session: Session, registration: Registration, language: str, now: datetime
) -> ChangeNotice | None:
    """Return what changed since the last schedule that a person knew and that is not the present one, until the end.

    That a seminar is cancelled is no change here: its pages say so anyway.
    """
    seminar = registration.seminar
    if seminar.calendar_version == registration.seen_version or seminar.is_over(now) or seminar.is_cancelled:
        return None
    history = load_history(session, seminar)
    for version in reversed(list_known_versions(session, registration) if history.changes else []):
        difference = describe_news(history, version, language)
        if difference is not None:
            return ChangeNotice(history.get_change_time(version), difference)
    return None


def list_removed_sessions(session: Session, registration: Registration) -> list[ScheduledSession]:
    """Return the sessions that a person was told of at some time and that are not planned any more."""
    if registration.seminar.calendar_version == registration.seen_version:
        return []
    history = load_history(session, registration.seminar)
    versions = list_known_versions(session, registration) if history.changes else []
    return history.list_removed_sessions(versions[0]) if versions else []
