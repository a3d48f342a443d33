"""What shows people who withdrew their consent to photos: files and publications for which somebody has to decide.

A decision is that the file is kept out of publications and packs, that the file or publication is removed, or that the
person can't be recognised in it after all.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from trainer.evidence.consents import map_withdrawals, select_withdrawals
from trainer.evidence.models import EvidenceItem, Publicity, ShownPerson
from trainer.evidence.publications.models import Publication
from trainer.people.models import Person
from trainer.registration.models import Registration

Shown = TypeVar("Shown", EvidenceItem, Publication)


@dataclass(frozen=True)
class ShownWithoutConsent:
    """A person who withdrew consent, when, and the file or the publication in which the person is shown."""

    person: Person
    withdrawn_at: datetime
    item: EvidenceItem | None
    publication: Publication | None


def build_undecided_clause(project_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return the condition that a mark shows somebody without consent in what is still used."""
    items = select(EvidenceItem.id).where(
        EvidenceItem.project_id == project_id,
        EvidenceItem.removed_at.is_(None),
        EvidenceItem.publicity != Publicity.KEPT_OUT,
    )
    publications = select(Publication.id).where(Publication.project_id == project_id, Publication.removed_at.is_(None))
    people = select_withdrawals(project_id).with_only_columns(Registration.person_id)
    is_used = or_(ShownPerson.item_id.in_(items), ShownPerson.publication_id.in_(publications))
    return and_(ShownPerson.person_id.in_(people), is_used)


def select_undecided(project_id: int) -> Select[ShownPerson]:
    """Return a SELECT of the marks of people without consent, by person."""
    query = select(ShownPerson).where(build_undecided_clause(project_id)).options(joinedload(ShownPerson.person))
    return query.order_by(ShownPerson.person_id, ShownPerson.id)


def load_shown(session: Session, project_id: int, marks: Sequence[ShownPerson]) -> list[ShownWithoutConsent]:
    """Return marks with what shows the people, in their order."""
    items = load_by_id(session, EvidenceItem, [mark.item_id for mark in marks])
    publications = load_by_id(session, Publication, [mark.publication_id for mark in marks])
    times = map_withdrawals(session, project_id, {mark.person_id for mark in marks})
    return [
        ShownWithoutConsent(
            mark.person, times[mark.person_id], items.get(mark.item_id or 0), publications.get(mark.publication_id or 0)
        )
        for mark in marks
        if mark.person_id in times
    ]


def load_by_id(session: Session, model: type[Shown], ids: Collection[int | None]) -> dict[int, Shown]:
    """Return rows by their ids."""
    rows = session.scalars(select(model).where(model.id.in_({number for number in ids if number})))
    return {row.id: row for row in rows}


def select_shown_count(project_id: int | BindParameter[int]) -> ColumnElement[int]:
    """Return a SELECT of the number of marks of people without consent."""
    return select(func.count(ShownPerson.id)).where(build_undecided_clause(project_id)).scalar_subquery()
