"""Where a row belongs: its seminar, its project, its person, found along the relationships of its model."""

from typing import Any, NamedTuple

from sqlalchemy import inspect

from trainer.base import Base

PARENTS = (
    "registration",
    "survey",
    "seminar_session",
    "session",
    "page",
    "certificate",
    "version",
    "seminar",
    "activity",
    "task",
    "project",
)
"""The relationships that lead to what a row belongs to, the nearest first."""
ACCOUNT_TABLES = frozenset({"user", "colleague_invitation", "passkey"})
"""Tables whose texts are personal although they belong to no `Person`."""


class SubjectScope(NamedTuple):
    """What a row belongs to; None where it belongs to none or to several."""

    project_id: int | None
    seminar_id: int | None
    person_id: int | None
    is_personal: bool
    """Whether the texts of the row are personal data."""

    def fill_in(self, project_id: int | None, seminar_id: int | None) -> "SubjectScope":
        """Return this scope, with a project and seminar if it has no project."""
        return self if self.project_id is not None else self._replace(project_id=project_id, seminar_id=seminar_id)


def find_scope(subject: Base, within: Base | None = None) -> SubjectScope:
    """Return what a row belongs to; `within` is known to hold it."""
    ids: dict[str, int] = {}
    part: Any = subject
    while part is not None:
        ids.setdefault(part.__tablename__, part.id if hasattr(part, "id") else 0)
        if getattr(part, "person_id", None):
            ids.setdefault("person", part.person_id)
        part = next((parent for name in PARENTS if isinstance(parent := getattr(part, name, None), Base)), None)
        if part is None:
            part, within = within, None
    is_personal = "person" in ids or subject.__tablename__ in ACCOUNT_TABLES
    return SubjectScope(ids.get("project"), ids.get("seminar"), ids.get("person"), is_personal)


def format_subject_id(subject: Base) -> str:
    """Return the primary key of a row as text."""
    return "-".join(map(str, inspect(type(subject)).primary_key_from_instance(subject)))
