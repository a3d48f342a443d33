"""Removing the example project and everything that was made by it, in real use.

Which rows belong to it follows from the foreign keys, so that tables of later features are included by themselves: a row goes
if it refers to the project, or to a row that goes. People and their messages go if they have no other registration.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, false, func, or_, select, update
from sqlalchemy.orm import Session

from trainer.audit import erase_personal_values, read_values, record
from trainer.base import Base
from trainer.evidence.models import EvidenceItem, Upload
from trainer.evidence.publications.models import Publication
from trainer.issuing.models import IssuedCertificate
from trainer.people.models import Person
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.storage import Storage

FILE_COLUMNS = (
    "sha256",
    "pdf_sha256",
    "cleaned_sha256",
    "thumbnail_sha256",
    "preview_sha256",
    "copy_sha256",
)
"""Columns that name stored files. Logos are not among them: issued certificates of others may name them too."""


class NoExample(Exception):
    """There is no example project."""


@dataclass(frozen=True)
class ExampleContent:
    """How much the removal of the example deletes."""

    seminars: int
    registrations: int
    certificates: int
    files: int
    publications: int


def count_example_content(session: Session, project: Project) -> ExampleContent:
    """Return how many seminars, registrations, certificates, files and publications belong to the example."""
    conditions = map_conditions({get_table(Project): Project.id == project.id})
    counts = (
        session.scalar(select(func.count()).select_from(model).where(conditions[get_table(model)]))
        for model in (Seminar, Registration, IssuedCertificate, EvidenceItem, Publication)
    )
    return ExampleContent(*(count or 0 for count in counts))


def find_example(session: Session) -> Project | None:
    """Return the example project."""
    return session.scalar(select(Project).where(Project.is_example))


def remove_example(session: Session) -> set[str]:
    """Delete the example project and what was made by it; return the SHA-256 of files that may be unused now.

    Raises NoExample. Remove the files with `delete_unused_files` once the caller has committed.
    """
    project = find_example(session)
    if project is None:
        raise NoExample
    record(
        session, "deleted", project, read_values(project, "code", "title"), {}
    )  # what follows is not seen by the ORM
    is_seminar = map_conditions({get_table(Project): Project.id == project.id})[get_table(Seminar)]
    people = list_people_of_example(session, is_seminar)
    conditions = map_conditions(
        {get_table(Project): Project.id == project.id, get_table(Person): Person.id.in_(people)}
    )
    files = list_file_hashes(session, conditions)
    for person_id in people:
        erase_personal_values(session, person_id)
    for table, condition in conditions.items():
        own_references = {key.parent.name: None for key in table.foreign_keys if key.column.table is table}
        if own_references:
            session.execute(update(table).where(condition).values(own_references))
    for table, condition in reversed(conditions.items()):
        session.execute(delete(table).where(condition))
    session.expire_all()
    return files


def get_table(model: type[Base]) -> Table:
    """Return the table of a model."""
    return Base.metadata.tables[model.__tablename__]


def map_conditions(roots: Mapping[Table, ColumnElement[bool]]) -> dict[Table, ColumnElement[bool]]:
    """Return for each table the condition for rows that refer to rows of the roots, or are such; what refers to others is last."""
    conditions: dict[Table, ColumnElement[bool]] = {}
    for table in Base.metadata.sorted_tables:
        if table in roots:
            conditions[table] = roots[table]
            continue
        references = [
            key.parent.in_(select(key.column).where(conditions[key.column.table]))
            for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
            if key.column.table in conditions and key.column.table is not table
        ]
        if references:
            conditions[table] = or_(false(), *references)
    return conditions


def list_people_of_example(session: Session, is_example_seminar: ColumnElement[bool]) -> list[int]:
    """Return the identifiers of the people who are registered in the example's seminars only."""
    seminars = select(Seminar.id).where(is_example_seminar)
    inside = select(Registration.person_id).where(Registration.seminar_id.in_(seminars))
    outside = select(Registration.person_id).where(Registration.seminar_id.not_in(seminars))
    return list(session.scalars(select(Person.id).where(Person.id.in_(inside), Person.id.not_in(outside))))


def iterate_hash_columns() -> Iterator[tuple[Table, str]]:
    """Yield the columns that name stored files."""
    for table in Base.metadata.sorted_tables:
        for name in FILE_COLUMNS:
            if name in table.c:
                yield table, name


def list_example_uploads(session: Session) -> list[UUID]:
    """Return the ids of uploads to the example that are on their way: their bytes go once the caller has committed."""
    query = select(Upload.id).join(Project, Project.id == Upload.project_id)
    return list(session.scalars(query.where(Project.is_example)))


def list_file_hashes(session: Session, conditions: dict[Table, ColumnElement[bool]]) -> set[str]:
    """Return the SHA-256 of all files that rows of the example name."""
    return {
        sha256
        for table, name in iterate_hash_columns()
        if table in conditions
        for sha256 in session.scalars(select(table.c[name]).where(conditions[table]))
        if sha256
    }


def delete_unused_files(session: Session, storages: Sequence[Storage], hashes: set[str]) -> None:
    """Delete the files that no row names any more, from each storage."""
    used = {
        sha256
        for table, name in iterate_hash_columns()
        for sha256 in session.scalars(select(table.c[name]).where(table.c[name].in_(hashes)))
    }
    for sha256 in hashes - used:
        for storage in storages:
            storage.delete_content(sha256)
