"""Lists around publications: those of a project, their latest views, and what a form offers for choice."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, String, case, cast, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from trainer.evidence.inbox.listing import build_words_clause
from trainer.evidence.models import EvidenceItem, EvidenceKind, EvidenceLink, MediaKind
from trainer.evidence.publications.models import LinkState, Publication, PublicationViews
from trainer.evidence.publications.networks import NETWORKS
from trainer.evidence.publications.views_due import build_views_due_clause
from trainer.projects.models import Activity, Indicator, Project, Task

PROVED_KINDS = (
    *("publication", "social_post", "media_publication"),
    *("video", "photo_video", "infographic", "banner"),
)
"""The kinds of indicators that count publications."""
MAX_ID = 2**31 - 1
OFFERED_FILES = 24
"""How many files a form offers as screenshots at once; others are found by their names."""


class Shown(StrEnum):
    """Which publications of a project a list shows."""

    ALL = ""
    DEAD = "dead"
    VIEWS = "views"
    REMOVED = "removed"


def build_shown_clause(project: Project, today: date, shown: Shown) -> ColumnElement[bool]:
    """Return the condition that a publication is one of those that a list shows."""
    is_there = Publication.removed_at.is_(None)
    conditions = {
        Shown.ALL: is_there,
        Shown.DEAD: is_there & Publication.link_state.in_((LinkState.DEAD, LinkState.ACCEPTED)),
        Shown.VIEWS: build_views_due_clause(project, today),
        Shown.REMOVED: Publication.removed_at.is_not(None),
    }
    return (Publication.project_id == project.id) & conditions[shown]


def select_publications(project: Project, today: date, shown: Shown, words: str) -> Select[Publication]:
    """Return a SELECT of publications of a project, the latest first; those whose title, address or outlet holds `words`."""
    query = select(Publication).where(build_shown_clause(project, today, shown))
    if words:
        query = query.where(build_publication_clause(words))
    return query.order_by(Publication.published_on.desc(), Publication.id.desc()).options(
        joinedload(Publication.activity)
    )


def build_publication_clause(words: str) -> ColumnElement[bool]:
    """Return the condition that a text occurs in title, address, outlet or network, in the usual spellings of capitals.

    SQLite knows capitals of Latin letters only. A title is JSON, in which other letters are escaped.
    """
    title, clauses = cast(Publication.title, String), []
    for spelling in sorted({words, words.lower(), words.upper(), words.capitalize()}):
        clauses += [column.icontains(spelling, autoescape=True) for column in (Publication.address, Publication.outlet)]
        clauses += [title.icontains(part, autoescape=True) for part in {spelling, json.dumps(spelling)[1:-1]}]
    networks = [key for key, name in NETWORKS.items() if words.lower() in name.lower()]
    return or_(*clauses, Publication.network.in_(networks))


def count_publications(session: Session, project: Project, today: date) -> dict[Shown, int]:
    """Return how many publications of a project each list shows, by one query."""
    counts = (func.count(case((build_shown_clause(project, today, shown), Publication.id))) for shown in Shown)
    row = session.execute(select(*counts).where(Publication.project_id == project.id)).one()
    return dict(zip(Shown, row, strict=True))


def map_latest_views(session: Session, publications: Iterable[Publication]) -> dict[int, PublicationViews]:
    """Return the entry of views that counts today for each publication that has one, by the id of the publication."""
    ids = [publication.id for publication in publications]
    order = (PublicationViews.counted_on.desc(), PublicationViews.id.desc())
    place = func.row_number().over(partition_by=PublicationViews.publication_id, order_by=order).label("place")
    placed = select(PublicationViews.id, place).where(PublicationViews.publication_id.in_(ids)).subquery()
    latest = select(placed.c.id).where(placed.c.place == 1)
    entries = session.scalars(select(PublicationViews).where(PublicationViews.id.in_(latest)))
    return {entry.publication_id: entry for entry in entries}


def map_proved_indicators(session: Session, publications: Iterable[Publication]) -> dict[int, list[Indicator]]:
    """Return the indicators that publications prove now, by the id of the publication."""
    ids = [publication.id for publication in publications]
    query = select(EvidenceLink).where(EvidenceLink.publication_id.in_(ids), EvidenceLink.removed_at.is_(None))
    proved: dict[int, list[Indicator]] = {}
    for link in session.scalars(query.order_by(EvidenceLink.id).options(joinedload(EvidenceLink.indicator))):
        proved.setdefault(link.publication_id or 0, []).append(link.indicator)
    return proved


def list_activities(session: Session, project_id: int) -> list[Activity]:
    """Return the activities of a project with their indicators, in the order of the plan."""
    query = select(Activity).join(Activity.task).where(Task.project_id == project_id)
    query = query.order_by(Task.position, Task.id, Activity.position, Activity.id)
    return list(session.scalars(query.options(selectinload(Activity.indicators))))


def group_indicators(
    activities: Sequence[Activity], linked_ids: Collection[int]
) -> list[tuple[Activity, list[Indicator]]]:
    """Return the indicators that a publication may prove, by activity: those that count publications, and linked ones."""
    groups = [
        (activity, [each for each in activity.indicators if each.kind in PROVED_KINDS or each.id in linked_ids])
        for activity in activities
    ]
    return [(activity, indicators) for activity, indicators in groups if indicators]


def list_offered_files(
    session: Session, project_id: int, attached: Sequence[EvidenceItem], ticked_ids: Collection[int], words: str
) -> list[EvidenceItem]:
    """Return the files that may be chosen as screenshots: attached and ticked ones, then the latest pictures.

    With `words`, the latest pictures whose name or caption holds them. What lies in the inbox or is a screenshot comes first.
    """
    own = (EvidenceItem.project_id == project_id) & EvidenceItem.removed_at.is_(None)
    kept_ids = {number for number in ticked_ids if 0 < number <= MAX_ID} | {item.id for item in attached}
    kept = list(attached)
    if kept_ids:
        ticked = select(EvidenceItem).where(own, EvidenceItem.id.in_(kept_ids)).order_by(EvidenceItem.id)
        kept = list(dict.fromkeys([*kept, *session.scalars(ticked)]))
    is_screenshot = EvidenceItem.kind == EvidenceKind.SCREENSHOT
    pictures = select(EvidenceItem).where(own, is_screenshot | (EvidenceItem.media_kind == MediaKind.PHOTO))
    pictures = pictures.where(EvidenceItem.id.not_in(kept_ids))
    if words:
        pictures = pictures.where(build_words_clause(words))
    order = (is_screenshot.desc(), EvidenceItem.activity_id.is_(None).desc(), EvidenceItem.id.desc())
    return [*kept, *session.scalars(pictures.order_by(*order).limit(OFFERED_FILES))]
