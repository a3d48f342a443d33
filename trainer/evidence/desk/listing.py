"""The files of an activity: all, those of one of its indicators, those of none; and how many there are of each."""

from dataclasses import dataclass

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from trainer.evidence.inbox.listing import build_words_clause
from trainer.evidence.models import EvidenceItem, EvidenceLink, Publicity
from trainer.projects.models import Activity


@dataclass(frozen=True)
class ActivityCounts:
    """How many files an activity has."""

    all: int
    unlinked: int
    unchecked: int
    by_indicator: dict[int, int]
    """By the id of the indicator, also files of other activities that prove it."""


def select_linked_ids(indicator_id: int | None = None) -> Select[int | None]:
    """Return a SELECT of the ids of files that prove an indicator, or any."""
    query = select(EvidenceLink.item_id).where(EvidenceLink.removed_at.is_(None), EvidenceLink.item_id.is_not(None))
    return query if indicator_id is None else query.where(EvidenceLink.indicator_id == indicator_id)


def select_activity_items(
    activity_id: int, indicator_id: int | None, only_unlinked: bool, publicity: str, words: str
) -> Select[EvidenceItem]:
    """Return a SELECT of the files of an activity or of one of its indicators, by the time when they were taken.

    `words` must occur in the name or the caption; empty, it leaves nothing out.
    """
    query = select(EvidenceItem).where(EvidenceItem.removed_at.is_(None))
    if indicator_id is not None:
        query = query.where(EvidenceItem.id.in_(select_linked_ids(indicator_id)))
    else:
        query = query.where(EvidenceItem.activity_id == activity_id)
    if only_unlinked:
        query = query.where(EvidenceItem.id.not_in(select_linked_ids()))
    if publicity:
        query = query.where(EvidenceItem.publicity == publicity, EvidenceItem.media_kind.in_(("photo", "video")))
    if words:
        query = query.where(build_words_clause(words))
    moment = func.coalesce(EvidenceItem.taken_at, EvidenceItem.uploaded_at)
    return query.order_by(moment, EvidenceItem.id).options(joinedload(EvidenceItem.uploaded_by))


def count_by_indicator(session: Session, activity: Activity) -> ActivityCounts:
    """Return how many files an activity has, by two queries."""
    own = (EvidenceItem.activity_id == activity.id) & EvidenceItem.removed_at.is_(None)
    is_unchecked = (EvidenceItem.publicity == Publicity.UNCHECKED) & EvidenceItem.media_kind.in_(("photo", "video"))
    totals = session.execute(
        select(
            func.count(EvidenceItem.id),
            func.count(case((EvidenceItem.id.not_in(select_linked_ids()), EvidenceItem.id))),
            func.count(case((is_unchecked, EvidenceItem.id))),
        ).where(own)
    ).one()
    query = (
        select(EvidenceLink.indicator_id, func.count(EvidenceItem.id))
        .join(EvidenceLink.item)
        .where(EvidenceLink.removed_at.is_(None), EvidenceItem.removed_at.is_(None))
        .where(EvidenceLink.indicator_id.in_([indicator.id for indicator in activity.indicators]))
        .group_by(EvidenceLink.indicator_id)
    )
    by_indicator = {row[0]: row[1] for row in session.execute(query)}
    return ActivityCounts(totals[0], totals[1], totals[2], by_indicator)
