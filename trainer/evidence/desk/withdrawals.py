"""Photos, videos and publications that show somebody who has withdrawn the consent to photos: listed until they are kept out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, distinct, func, or_, select
from sqlalchemy.orm import Session

from trainer import audit
from trainer.evidence.models import EvidenceItem, Publicity, ShownPerson
from trainer.evidence.publications.models import Publication
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.people.models import Person
from trainer.projects.models import Activity, Task
from trainer.registration.consent import build_given_consent_clause
from trainer.registration.models import Consent, ConsentPurpose, ConsentText, Registration
from trainer.seminars.models import Seminar
from trainer.seminars.to_do import Desk, TaskToDo, WaitingWork

IS_OPEN_ITEM = and_(EvidenceItem.removed_at.is_(None), EvidenceItem.publicity != Publicity.KEPT_OUT)
IS_OPEN = or_(IS_OPEN_ITEM, Publication.removed_at.is_(None) & Publication.id.is_not(None))


@dataclass
class Withdrawal:
    """Somebody who has withdrawn the consent, since when, and what shows this person."""

    person: Person
    withdrawn_at: datetime
    items: list[EvidenceItem] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)


def select_withdrawn(*columns: Any) -> Select[Any]:
    """Return a SELECT over what shows people who consented to photos at a seminar of the project and do not any more."""
    project_id = func.coalesce(EvidenceItem.project_id, Publication.project_id)
    return (
        select(*columns)
        .select_from(ShownPerson)
        .outerjoin(EvidenceItem, EvidenceItem.id == ShownPerson.item_id)
        .outerjoin(Publication, Publication.id == ShownPerson.publication_id)
        .join(Person, Person.id == ShownPerson.person_id)
        .join(Registration, Registration.person_id == Person.id)
        .join(Seminar, Seminar.id == Registration.seminar_id)
        .join(Activity, Activity.id == Seminar.activity_id)
        .join(Task, and_(Task.id == Activity.task_id, Task.project_id == project_id))
        .join(Consent, Consent.registration_id == Registration.id)
        .join(ConsentText, ConsentText.id == Consent.text_id)
        .where(ConsentText.purpose == ConsentPurpose.PHOTO, Consent.withdrawn_at.is_not(None))
        .where(~build_given_consent_clause(ConsentPurpose.PHOTO), IS_OPEN)
    )


def list_withdrawals(session: Session, project_id: int) -> list[Withdrawal]:
    """Return who has withdrawn the consent to photos and is shown in something that is not kept out, by name."""
    query = select_withdrawn(Person, EvidenceItem, Publication, Consent.withdrawn_at)
    query = query.where(Task.project_id == project_id).order_by(Consent.withdrawn_at, ShownPerson.id)
    withdrawals: dict[int, Withdrawal] = {}
    for person, item, publication, withdrawn_at in session.execute(query):
        withdrawal = withdrawals.setdefault(person.id, Withdrawal(person, withdrawn_at))
        if item is not None and item not in withdrawal.items:
            withdrawal.items.append(item)
        if publication is not None and publication not in withdrawal.publications:
            withdrawal.publications.append(publication)
    return sorted(withdrawals.values(), key=lambda withdrawal: withdrawal.person.sort_key)


def keep_out_items(session: Session, project_id: int, item_ids: Collection[int]) -> list[EvidenceItem]:
    """Keep those files out of publications and of the pack that show somebody who has withdrawn the consent, and return them."""
    listed = {item.id: item for each in list_withdrawals(session, project_id) for item in each.items}
    items = [listed[number] for number in sorted(item_ids) if number in listed]
    for item in items:
        before, item.publicity = item.publicity, Publicity.KEPT_OUT
        audit.record(session, "decided", item, {"publicity": before}, {"publicity": item.publicity})
    return items


def select_shown_count(project_id: int) -> ColumnElement[int]:
    """Return a SELECT of how many files and publications of a project show somebody who has withdrawn the consent."""
    query = select_withdrawn(COUNT_SHOWN).where(Task.project_id == project_id)
    return query.scalar_subquery()


def find_shown_people(desk: Desk) -> Iterable[WaitingWork]:
    """Find what shows people who have withdrawn the consent, since the first withdrawal."""
    since = func.min(Consent.withdrawn_at, type_=Consent.withdrawn_at.type)
    query = select_withdrawn(Task.project_id, COUNT_SHOWN, since)
    query = query.where(Task.project_id.in_([project.id for project in desk.projects])).group_by(Task.project_id)
    for project_id, count, withdrawn_at in desk.session.execute(query):
        address = url_for("evidence_consents.view_withdrawals", project_id=project_id)
        yield WaitingWork(count, address, withdrawn_at)


COUNT_SHOWN = func.count(distinct(ShownPerson.item_id)) + func.count(distinct(ShownPerson.publication_id))
tasks_to_do = (
    TaskToDo(
        "withdrawn_photo_consents",
        lambda count: ngettext(
            "%(num)d photo or publication shows someone who withdrew consent",
            "%(num)d photos or publications show someone who withdrew consent",
            count,
        ),
        _l("Decide about them"),
        find_shown_people,
    ),
)
