"""Create rows of evidence and monitoring: files, links, publications, views, register entries, figures entered."""

from datetime import date, datetime
from hashlib import sha256
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON
from trainer.evidence.distribution.models import HandOver
from trainer.evidence.models import EvidenceItem, EvidenceKind, EvidenceLink, MediaKind
from trainer.evidence.publications.models import Publication, PublicationKind, PublicationViews
from trainer.evidence.registers.models import RegisterEntry, RegisterKind
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.figures import IndicatorFigure, measure_indicator
from trainer.monitoring.models import EnteredFigure
from trainer.monitoring.scope import Scope, build_scope
from trainer.projects.models import Activity, Indicator, Project, Task

NUMBERS = count(1)
TODAY = NOON.date()


def get_activity(session: Session, project: Project, code: str) -> Activity:
    """Return an activity of a plan."""
    query = select(Activity).join(Task).where(Task.project_id == project.id, Activity.code == code)
    return session.scalars(query).one()


def get_indicator(session: Session, project: Project, code: str) -> Indicator:
    """Return an indicator of a plan, of an activity or of the social impact."""
    of_project = select(Activity.id).join(Task).where(Task.project_id == project.id)
    in_project = Indicator.activity_id.in_(of_project) | (Indicator.project_id == project.id)
    return session.scalars(select(Indicator).where(in_project, Indicator.code == code)).one()


def add_indicator(activity: Activity, kind: str, *planned: dict[str, Any], code: str = "") -> Indicator:
    """Add an indicator to an activity."""
    indicator = Indicator(
        code=code or f"{activity.code}.X{next(NUMBERS)}",
        kind=kind,
        planned=list(planned),
        evidence="uploaded",
        position=100,
    )
    activity.indicators.append(indicator)
    return indicator


def build_target(value: int, unit: str, per: str = "project", **more: Any) -> dict[str, Any]:
    """Return a planned value as plans hold it."""
    return {"comparator": "exactly", "value": value, "unit": unit, "per": per, **more}


def create_item(
    session: Session, project: Project, kind: str = EvidenceKind.PHOTO, activity: Activity | None = None, **changes: Any
) -> EvidenceItem:
    """Create a file of a project, uploaded at noon."""
    number = next(NUMBERS)
    attributes: dict[str, Any] = {
        "project": project,
        "activity": activity,
        "kind": kind,
        "media_kind": MediaKind.PHOTO,
        "file_name": f"{kind}-{number}.jpg",
        "media_type": "image/jpeg",
        "size": 4_000_000,
        "sha256": sha256(str(number).encode()).hexdigest(),
        "crc32": number,
        "uploaded_at": NOON,
    }
    item = EvidenceItem(**{**attributes, **changes})
    session.add(item)
    session.flush()
    return item


def link(session: Session, indicator: Indicator, proof: EvidenceItem | Publication, **changes: Any) -> EvidenceLink:
    """Link a file or a publication to an indicator, at noon."""
    owner = {"item_id": proof.id} if isinstance(proof, EvidenceItem) else {"publication_id": proof.id}
    row = EvidenceLink(**{"indicator_id": indicator.id, "linked_at": NOON, **owner, **changes})
    session.add(row)
    session.flush()
    return row


def link_items(
    session: Session, project: Project, code: str, number: int, kind: str = EvidenceKind.PHOTO, **changes: Any
) -> list[EvidenceItem]:
    """Create files of the activity of an indicator and link them to it."""
    indicator = get_indicator(session, project, code)
    items = [create_item(session, project, kind, indicator.activity, **changes) for _each in range(number)]
    for item in items:
        link(session, indicator, item)
    return items


def create_publication(
    session: Session,
    project: Project,
    activity: Activity | None = None,
    kind: str = PublicationKind.POST,
    **changes: Any,
) -> Publication:
    """Create a publication of a project, added and published at noon."""
    attributes: dict[str, Any] = {
        "project": project,
        "activity": activity,
        "kind": kind,
        "network": "telegram",
        "address": f"https://t.me/example/{next(NUMBERS)}",
        "published_on": NOON.date(),
        "added_at": NOON,
    }
    publication = Publication(**{**attributes, **changes})
    session.add(publication)
    session.flush()
    return publication


def enter_views(session: Session, publication: Publication, views: int, day: date = TODAY, at: datetime = NOON) -> None:
    """Enter the views that a publication had on a day."""
    session.add(PublicationViews(publication=publication, views=views, counted_on=day, entered_at=at))
    session.flush()


def create_entry(session: Session, project: Project, kind: str = RegisterKind.STAFF, **changes: Any) -> RegisterEntry:
    """Create an entry of a register, added at noon."""
    attributes: dict[str, Any] = {"project": project, "kind": kind, "name": "Атырау филиалы", "added_at": NOON}
    entry = RegisterEntry(**{**attributes, **changes})
    session.add(entry)
    session.flush()
    return entry


def hand_over(session: Session, item: EvidenceItem, **changes: Any) -> HandOver:
    """Record that somebody received copies of a document at noon."""
    attributes: dict[str, Any] = {"item": item, "recipient": "Аурухана", "handed_on": NOON.date(), "added_at": NOON}
    line = HandOver(**{**attributes, **changes})
    session.add(line)
    session.flush()
    return line


def enter_figure(
    session: Session, project: Project, indicator: Indicator, unit: str, value: int, **changes: Any
) -> EnteredFigure:
    """Enter an actual value of an indicator with a proof, at noon."""
    attributes: dict[str, Any] = {
        "indicator_id": indicator.id,
        "unit": unit,
        "value": value,
        "valid_on": NOON.date(),
        "entered_at": NOON,
    }
    proof = create_item(session, project, EvidenceKind.DOCUMENT)
    figure = EnteredFigure(**{**attributes, "proof_id": proof.id, **changes})
    session.add(figure)
    session.flush()
    return figure


def measure(session: Session, project: Project, code: str, scope: Scope | None = None) -> IndicatorFigure:
    """Return the figure of an indicator as of noon, or of a scope."""
    facts = ProjectFacts(session, scope or build_scope(project, NOON))
    return measure_indicator(facts, get_indicator(session, project, code))
