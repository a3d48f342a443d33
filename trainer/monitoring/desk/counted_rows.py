"""The rows behind a figure, page by page, each with the person, seminar, file or publication that it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.evidence.models import EvidenceItem
from trainer.evidence.publications.models import Publication
from trainer.evidence.registers.models import RegisterEntry
from trainer.evidence.wording import EVIDENCE_KIND_NAMES
from trainer.issuing.models import IssuedCertificate
from trainer.language.choice import get_page_language
from trainer.language.dates import format_event_days, format_long_date
from trainer.language.translate import gettext as _
from trainer.monitoring.desk.links import ROW_PAGES, find_address
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.kinds.selection import CountedRow, RowKind
from trainer.monitoring.wording import format_number
from trainer.people.models import Person
from trainer.projects.wording import name_choice
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.surveys.models import Survey
from trainer.web.paging import Portion, paginate_rows

Described = tuple[str, str, dict[str, Any]]
"""Title, detail, and the values of the address."""


@dataclass(frozen=True)
class ShownRow:
    """A counted row as its page shows it; `address` is empty if there is no page to open."""

    row: CountedRow
    title: str
    detail: str
    address: str


def load_counted_rows(
    session: Session, facts: ProjectFacts, rows: Sequence[CountedRow], page: int
) -> Portion[ShownRow]:
    """Return a page of rows with their names, in one query for each kind of row on it."""
    portion = paginate_rows(rows, page)
    described: dict[tuple[RowKind, int], Described] = {}
    for kind in {row.kind for row in portion.rows}:
        own = [row for row in portion.rows if row.kind == kind]
        described |= {(kind, key): value for key, value in DESCRIBE[kind](session, facts, own).items()}
    shown = []
    for row in portion.rows:
        title, detail, values = described.get((row.kind, row.id), ("", "", {}))
        address = find_address(ROW_PAGES[row.kind][0], **values) if values else ""
        shown.append(ShownRow(row, title or "—", detail, address))
    return Portion(shown, portion.total, portion.page, portion.pages)


def describe_people(session: Session, facts: ProjectFacts, rows: Sequence[CountedRow]) -> dict[int, Described]:
    """Return names and workplaces, and the registration that led to being counted."""
    ids = [row.id for row in rows]
    people = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}
    same_ids = {person_id for person_id, counted in facts.identities.items() if counted in people} | set(ids)
    query = select(Registration.person_id, Registration.seminar_id, Registration.id).where(
        Registration.person_id.in_(same_ids),
        Registration.seminar_id.in_({row.seminar_id for row in rows if row.seminar_id}),
        Registration.status != RegistrationStatus.MERGED,
    )
    registrations = {
        (facts.get_identity(person_id), seminar_id): number for person_id, seminar_id, number in session.execute(query)
    }
    titles = load_seminar_titles(session, [row.seminar_id for row in rows if row.seminar_id])
    return {
        row.id: (
            people[row.id].full_name,
            " · ".join(filter(None, (people[row.id].workplace, titles.get(row.seminar_id or 0, "")))),
            {"registration_id": number} if (number := registrations.get((row.id, row.seminar_id or 0))) else {},
        )
        for row in rows
        if row.id in people
    }


def load_seminar_titles(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the titles of seminars in the page's language."""
    query = select(Seminar.id, Seminar.title).where(Seminar.id.in_(set(ids)))
    return {number: title.get_text(get_page_language()) for number, title in session.execute(query)}


def describe_seminars(session: Session, facts: ProjectFacts, rows: Sequence[CountedRow]) -> dict[int, Described]:
    """Return titles and days of seminars."""
    titles, language = load_seminar_titles(session, [row.id for row in rows]), get_page_language()
    return {
        number: (title, format_event_days(facts.seminars[number].days, language), {"seminar_id": number})
        for number, title in titles.items()
    }


def describe_surveys(session: Session, _facts: ProjectFacts, rows: Sequence[CountedRow]) -> dict[int, Described]:
    """Return titles of surveys with their seminar, and of a share how many answers are good."""
    query = select(Survey).where(Survey.id.in_([row.id for row in rows])).options(joinedload(Survey.seminar))
    surveys, language = {survey.id: survey for survey in session.scalars(query)}, get_page_language()
    described = {}
    for row in rows:
        survey = surveys[row.id]
        share = _("%(part)d of %(whole)d", part=row.amount, whole=row.total) if row.total else ""
        detail = " · ".join(filter(None, (survey.seminar.title.get_text(language), share)))
        values = {"seminar_id": survey.seminar_id, "number": survey.number}
        described[row.id] = (survey.title.get_text(language), detail, values)
    return described


def describe_certificates(session: Session, _facts: ProjectFacts, rows: Sequence[CountedRow]) -> dict[int, Described]:
    """Return recipients and serial numbers."""
    columns = (IssuedCertificate.id, IssuedCertificate.recipient, IssuedCertificate.serial)
    found = session.execute(select(*columns).where(IssuedCertificate.id.in_([row.id for row in rows])))
    return {number: (recipient, serial, {"serial": serial}) for number, recipient, serial in found}


def describe_items(session: Session, facts: ProjectFacts, rows: Sequence[CountedRow]) -> dict[int, Described]:
    """Return captions, or names of files, with their kind and day."""
    query = select(EvidenceItem.id, EvidenceItem.caption, EvidenceItem.file_name).where(
        EvidenceItem.id.in_([row.id for row in rows])
    )
    language = get_page_language()
    return {
        number: (
            caption.get_text(language) or file_name,
            f"{name_choice(EVIDENCE_KIND_NAMES, facts.items[number].kind)} · "
            f"{format_long_date(facts.get_item_day(facts.items[number]), language)}",
            {"item_id": number},
        )
        for number, caption, file_name in session.execute(query)
    }


def describe_publications(session: Session, _facts: ProjectFacts, rows: Sequence[CountedRow]) -> dict[int, Described]:
    """Return titles or addresses of publications, with their day and their views if these are counted."""
    query = select(Publication).where(Publication.id.in_([row.id for row in rows]))
    amounts, language = {row.id: row.amount for row in rows}, get_page_language()
    return {
        row.id: (
            row.title.get_text(language) or row.address or row.outlet,
            " · ".join(
                (
                    format_long_date(row.published_on, language),
                    *([_("views: %(number)s", number=format_number(amounts[row.id]))] if amounts[row.id] > 1 else []),
                )
            ),
            {"publication_id": row.id},
        )
        for row in session.scalars(query)
    }


def describe_entries(session: Session, _facts: ProjectFacts, rows: Sequence[CountedRow]) -> dict[int, Described]:
    """Return names and roles of register entries."""
    query = select(RegisterEntry).where(RegisterEntry.id.in_([row.id for row in rows]))
    return {row.id: (row.name, row.role, {"entry_id": row.id}) for row in session.scalars(query)}


DESCRIBE: dict[RowKind, Callable[[Session, ProjectFacts, Sequence[CountedRow]], dict[int, Described]]] = {
    RowKind.PERSON: describe_people,
    RowKind.SEMINAR: describe_seminars,
    RowKind.SURVEY: describe_surveys,
    RowKind.CERTIFICATE: describe_certificates,
    RowKind.ITEM: describe_items,
    RowKind.PUBLICATION: describe_publications,
    RowKind.ENTRY: describe_entries,
}
