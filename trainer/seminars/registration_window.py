"""Opening and closing the registration of a seminar, and queries for seminars."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, case, func, null, or_, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from trainer.language.transliteration import CYRILLIC_TO_LATIN
from trainer.projects.models import Activity, Task
from trainer.seminars.models import Seminar, SeminarSession


class SeminarStage(StrEnum):
    """Where a seminar stands for its organizer. Exactly one applies, and every page and button goes by it."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    UNDER_WAY = "under_way"
    HELD = "held"
    CANCELLED = "cancelled"


class SeminarCancelled(Exception):
    """Registration can't be opened: the seminar is not going to be held."""


class SeminarOver(Exception):
    """Registration can't be opened any more: the last session has ended."""


class SessionsMissing(Exception):
    """Registration can't be opened yet: the seminar has no sessions."""


def derive_stage(seminar: Seminar, now: datetime) -> SeminarStage:
    """Return the stage of a seminar. What has begun or is over is no draft, even if its registration was never opened."""
    if seminar.is_cancelled:
        return SeminarStage.CANCELLED
    if seminar.is_over(now):
        return SeminarStage.HELD
    if is_registration_open(seminar, now):
        return SeminarStage.OPEN
    if seminar.starts_at is not None and seminar.starts_at <= now:
        return SeminarStage.UNDER_WAY
    return SeminarStage.DRAFT if seminar.opened_at is None else SeminarStage.CLOSED


def get_closing_time(seminar: Seminar) -> datetime | None:
    """Return when registration closes: the time set, else the start of the first session; None without sessions."""
    return seminar.closes_at or seminar.starts_at


def is_registration_open(seminar: Seminar, now: datetime) -> bool:
    """Return whether registration is open now, regardless of free seats. It never outlasts the seminar or its cancellation."""
    closing = get_closing_time(seminar)
    is_between = seminar.opened_at is not None and seminar.opened_at <= now and closing is not None and now < closing
    return is_between and not seminar.is_over(now) and not seminar.is_cancelled


def open_registration(seminar: Seminar, now: datetime) -> None:
    """Open registration now; a closing time that has passed is removed. It is open afterwards, or an exception says why not.

    Registration of a seminar that has begun, such as one of several days, stays open until its end, because the start that
    would close it has passed. Raises SeminarCancelled, SeminarOver, SessionsMissing.
    """
    if seminar.is_cancelled:
        raise SeminarCancelled
    if seminar.starts_at is None:
        raise SessionsMissing
    if seminar.is_over(now):
        raise SeminarOver
    seminar.opened_at = now
    if seminar.closes_at is not None and seminar.closes_at <= now:
        seminar.closes_at = None
    if seminar.closes_at is None and seminar.starts_at <= now:
        seminar.closes_at = seminar.ends_at


def close_registration(seminar: Seminar, now: datetime) -> None:
    """Close registration now."""
    seminar.closes_at = now


def find_announced_seminar(session: Session, slug: str) -> Seminar | None:
    """Return the seminar with this slug if its registration was ever opened, else None."""
    return session.scalars(build_announced_seminar_query(), {"slug": slug}).unique().one_or_none()


@cache
def build_announced_seminar_query() -> Select[Any]:
    """Build the query for a seminar with its sessions and project. Public pages run it often: one query is faster than two."""
    project = joinedload(Seminar.activity, innerjoin=True).joinedload(Activity.task, innerjoin=True)
    query = select(Seminar).where(Seminar.slug == bindparam("slug"), Seminar.opened_at.is_not(None))
    return query.options(joinedload(Seminar.sessions), project.joinedload(Task.project, innerjoin=True))


def list_announced_seminars(session: Session) -> list[Seminar]:
    """Return the seminars whose registration was ever opened, but archived ones, ordered by their start."""
    query = select(Seminar).where(Seminar.opened_at.is_not(None), Seminar.archived_at.is_(None))
    query = query.options(*build_seminar_load_options())
    return sort_by_start(session.scalars(query))


def select_announced_seminars(now: datetime) -> Select[Any]:
    """Return a SELECT of announced seminars with sessions: those to come by their start, then those held, the latest first.

    Left out are archived ones, and cancelled ones whose time is over. Their sessions and projects are loaded with them.
    """
    sessions = select(
        SeminarSession.seminar_id,
        func.min(SeminarSession.starts_at).label("starts_at"),
        func.max(SeminarSession.ends_at).label("ends_at"),
    )
    times = sessions.group_by(SeminarSession.seminar_id).subquery().c
    is_over = times.ends_at <= now
    query = select(Seminar).join(times.seminar_id.table, times.seminar_id == Seminar.id)
    query = query.where(Seminar.opened_at.is_not(None), Seminar.archived_at.is_(None))
    query = query.where(or_(~is_over, Seminar.cancelled_at.is_(None)))
    query = query.order_by(is_over, case((is_over, null()), else_=times.starts_at), times.starts_at.desc(), Seminar.id)
    return query.options(*build_seminar_load_options())


def list_all_seminars(session: Session) -> list[Seminar]:
    """Return all seminars but archived ones, ordered by their start; those without sessions come last."""
    query = select(Seminar).where(Seminar.archived_at.is_(None))
    return sort_drafts_last(session.scalars(query.options(*build_seminar_load_options())))


def sort_drafts_last(seminars: Iterable[Seminar]) -> list[Seminar]:
    """Return seminars ordered by their start; those without sessions come last."""
    return sorted(seminars, key=lambda seminar: (seminar.starts_at is None, seminar.starts_at, seminar.id))


def sort_held_last(seminars: Sequence[Seminar], now: datetime) -> list[Seminar]:
    """Return seminars ordered by their start with those that are over moved to the end, the newest of them first."""
    held = [seminar for seminar in seminars if seminar.is_over(now)]
    return [seminar for seminar in seminars if not seminar.is_over(now)] + held[::-1]


@cache
def build_seminar_load_options() -> tuple[ORMOption, ...]:
    """Return the loader options for a seminar's sessions and project."""
    project = joinedload(Seminar.activity).joinedload(Activity.task).joinedload(Task.project)
    return selectinload(Seminar.sessions), project


def build_brief_load_options() -> tuple[ORMOption, ...]:
    """Return the loader options for a seminar as lists show it: its sessions, without texts that take as long as the rest.

    The plan of the project must be loaded: it holds the activities. Reading what is left out raises an error.
    """
    left_out = (
        Seminar.description,
        Seminar.access,
        Seminar.cancellation_reason,
        Seminar.certificate_heading,
        Seminar.co_issuer,
        Seminar.signatories,
    )
    sessions = selectinload(Seminar.sessions).options(
        defer(SeminarSession.title, raiseload=True), defer(SeminarSession.agenda, raiseload=True)
    )
    return sessions, *(defer(column, raiseload=True) for column in left_out)


def list_coming_siblings(session: Session, seminar: Seminar, now: datetime) -> list[Seminar]:
    """Return the other announced seminars of the same activity that are not over, ordered by their start."""
    siblings = select(Seminar).where(Seminar.activity_id == seminar.activity_id, Seminar.id != seminar.id)
    coming = siblings.where(Seminar.opened_at.is_not(None), Seminar.sessions.any(SeminarSession.ends_at > now))
    return sort_by_start(session.scalars(coming.options(joinedload(Seminar.sessions))).unique())


def find_sibling_seminar(session: Session, seminar: Seminar, sibling_id: int) -> Seminar | None:
    """Return the other announced seminar of the same activity with an id, or None."""
    sibling = session.get(Seminar, sibling_id)
    is_sibling = sibling is not None and sibling.activity_id == seminar.activity_id and sibling.id != seminar.id
    return sibling if is_sibling and sibling is not None and sibling.opened_at is not None else None


def sort_by_start(seminars: Iterable[Seminar]) -> list[Seminar]:
    """Return the seminars that have sessions, ordered by their start."""
    starts = [(seminar.starts_at, seminar) for seminar in seminars if seminar.starts_at is not None]
    return [seminar for _start, seminar in sorted(starts, key=lambda pair: pair[0])]


def select_project_seminar_ids(seminar: Seminar) -> Select[int]:
    """Return a SELECT of the ids of all seminars of the same project."""
    return select_seminar_ids(seminar.activity.task.project_id)


def select_seminar_ids(*project_ids: int | BindParameter[int]) -> Select[int]:
    """Return a SELECT of the ids of all seminars of these projects."""
    query = select(Seminar.id).join(Activity, Activity.id == Seminar.activity_id)
    return query.join(Task, Task.id == Activity.task_id).where(Task.project_id.in_(project_ids))


def build_unique_slug(session: Session, title: str) -> str:
    """Return a slug from the title in Latin letters, with a number appended if it is in use."""
    latin_title = "".join(
        CYRILLIC_TO_LATIN.get(letter, letter) for letter in unicodedata.normalize("NFC", title).lower()
    ).replace("_", "")
    base = "-".join(re.findall(r"[a-z0-9]+", latin_title))[:60].strip("-") or "seminar"
    used_slugs = set(session.scalars(select(Seminar.slug).where(Seminar.slug.startswith(base))))
    return (
        base
        if base not in used_slugs
        else next(
            f"{base}-{number}" for number in range(2, len(used_slugs) + 3) if f"{base}-{number}" not in used_slugs
        )
    )
