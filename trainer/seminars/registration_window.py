"""Opening and closing the registration of a seminar, and queries for seminars."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from trainer.language.transliteration import CYRILLIC_TO_LATIN
from trainer.projects.models import Activity, Project, Task
from trainer.seminars.models import Seminar


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
    query = (
        select(Seminar)
        .where(Seminar.slug == slug, Seminar.opened_at.is_not(None))
        .options(*build_seminar_load_options())
    )
    return session.scalar(query)


def list_announced_seminars(session: Session) -> list[Seminar]:
    """Return the seminars whose registration was ever opened, but archived ones, ordered by their start."""
    query = select(Seminar).where(Seminar.opened_at.is_not(None), Seminar.archived_at.is_(None))
    query = query.options(*build_seminar_load_options())
    return sort_by_start(session.scalars(query))


def list_all_seminars(session: Session) -> list[Seminar]:
    """Return all seminars but archived ones, ordered by their start; those without sessions come last."""
    query = select(Seminar).where(Seminar.archived_at.is_(None))
    return sort_drafts_last(session.scalars(query.options(*build_seminar_load_options())))


def list_project_seminars(session: Session, *projects: Project) -> list[Seminar]:
    """Return the seminars of these projects but archived ones, ordered by their start; those without sessions come last."""
    ids = select_seminar_ids(*(project.id for project in projects))
    query = select(Seminar).where(Seminar.id.in_(ids), Seminar.archived_at.is_(None))
    return sort_drafts_last(session.scalars(query.options(*build_seminar_load_options())))


def sort_drafts_last(seminars: Iterable[Seminar]) -> list[Seminar]:
    """Return seminars ordered by their start; those without sessions come last."""
    return sorted(seminars, key=lambda seminar: (seminar.starts_at is None, seminar.starts_at, seminar.id))


def sort_held_last(seminars: Sequence[Seminar], now: datetime) -> list[Seminar]:
    """Return seminars ordered by their start with those that are over moved to the end, the newest of them first."""
    held = [seminar for seminar in seminars if seminar.is_over(now)]
    return [seminar for seminar in seminars if not seminar.is_over(now)] + held[::-1]


def build_seminar_load_options() -> tuple[ORMOption, ...]:
    """Return the loader options for a seminar's sessions and project."""
    project = joinedload(Seminar.activity).joinedload(Activity.task).joinedload(Task.project)
    return selectinload(Seminar.sessions), project


def list_sibling_seminars(session: Session, seminar: Seminar) -> list[Seminar]:
    """Return the other announced seminars of the same activity, ordered by their start.

    The same query loads the sessions of `seminar` itself, if they are not loaded yet.
    """
    query = select(Seminar).where(
        Seminar.activity_id == seminar.activity_id, or_(Seminar.opened_at.is_not(None), Seminar.id == seminar.id)
    )
    seminars = session.scalars(query.options(joinedload(Seminar.sessions))).unique()
    return sort_by_start(sibling for sibling in seminars if sibling.id != seminar.id)


def sort_by_start(seminars: Iterable[Seminar]) -> list[Seminar]:
    """Return the seminars that have sessions, ordered by their start."""
    starts = [(seminar.starts_at, seminar) for seminar in seminars if seminar.starts_at is not None]
    return [seminar for _start, seminar in sorted(starts, key=lambda pair: pair[0])]


def select_project_seminar_ids(seminar: Seminar) -> Select[int]:
    """Return a SELECT of the ids of all seminars of the same project."""
    return select_seminar_ids(seminar.activity.task.project_id)


def select_seminar_ids(*project_ids: int) -> Select[int]:
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
