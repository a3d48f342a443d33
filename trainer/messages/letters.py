"""The standard letters of a project: texts with placeholders for each kind of message.

The default text is in the catalogues. What an organizer writes instead is stored by project, kind and language, as a row for each
time it was saved; the newest one applies. A field that is empty, or equal to the default, follows the default.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.language import LANGUAGES
from trainer.language.translated import Translated
from trainer.messages.models import LetterVersion
from trainer.messages.placeholders import Placeholder
from trainer.projects.models import Project


@dataclass(frozen=True)
class LetterText:
    """Subject and body of a letter, with placeholders, in one language."""

    subject: str
    body: str


@dataclass(frozen=True)
class StandardLetter:
    """A kind of message whose text organizers may write themselves."""

    kind: str
    write_default: Callable[[], LetterText]
    """Return the default text in the current language."""
    placeholders: tuple[Placeholder, ...]
    required_names: frozenset[str] = frozenset()
    """Placeholders without which the letter would not say what it is sent for."""

    @property
    def placeholder_names(self) -> set[str]:
        """Return the names of the placeholders."""
        return {placeholder.name for placeholder in self.placeholders}


def list_standard_letters() -> list[StandardLetter]:
    """Return the standard letters that the packages offer. Needs an application context."""
    letters: dict[str, StandardLetter] = current_app.extensions["standard_letters"]
    return list(letters.values())


def find_standard_letter(kind: str) -> StandardLetter | None:
    """Return the standard letter of a kind. Needs an application context."""
    return next((letter for letter in list_standard_letters() if letter.kind == kind), None)


def write_default_letter(letter: StandardLetter, language: str) -> LetterText:
    """Return the default text of a letter in a language."""
    with force_locale(language):
        return letter.write_default()


def write_letter(session: Session, project: Project, kind: str, language: str) -> LetterText:
    """Return the text of a project's letter in a language: the organizer's, else the default. Needs an application context."""
    letter: StandardLetter = current_app.extensions["standard_letters"][kind]
    default, version = write_default_letter(letter, language), find_letter_version(session, project, kind)
    if version is None:
        return default
    subject, body = version.subject.get_exact_text(language), version.body.get_exact_text(language)
    return LetterText(subject or default.subject, body or default.body)


def find_letter_version(session: Session, project: Project, kind: str) -> LetterVersion | None:
    """Return what was saved last for a project's letter; None if it never was."""
    statement = select(LetterVersion).where(LetterVersion.project_id == project.id, LetterVersion.kind == kind)
    return session.scalar(statement.order_by(LetterVersion.number.desc()).limit(1))


def list_letter_versions(session: Session, project: Project, kind: str) -> list[LetterVersion]:
    """Return everything that was saved for a project's letter, newest first, with who saved it."""
    statement = select(LetterVersion).where(LetterVersion.project_id == project.id, LetterVersion.kind == kind)
    return list(
        session.scalars(statement.order_by(LetterVersion.number.desc()).options(joinedload(LetterVersion.saved_by)))
    )


def map_edited_kinds(session: Session, project_ids: Collection[int]) -> dict[int, set[str]]:
    """Return the kinds of letters of some projects whose text is not the default, by the id of their project."""
    versions = select(LetterVersion).where(LetterVersion.project_id.in_(project_ids))
    newest = {
        (version.project_id, version.kind): version
        for version in session.scalars(versions.order_by(LetterVersion.number))
    }
    kinds: dict[int, set[str]] = defaultdict(set)
    for (project_id, kind), version in newest.items():
        if version.is_edited:
            kinds[project_id].add(kind)
    return kinds


def save_letter(
    session: Session,
    project: Project,
    letter: StandardLetter,
    subject: Translated,
    body: Translated,
    user_id: int | None,
    now: datetime,
) -> LetterVersion:
    """Save the text of a letter and return its version; without texts, the defaults apply again. The project must be locked."""
    newest = find_letter_version(session, project, letter.kind)
    defaults = {language: write_default_letter(letter, language) for language in LANGUAGES}
    version = LetterVersion(project_id=project.id, kind=letter.kind, number=newest.number + 1 if newest else 1)
    version.subject = omit_defaults(subject, lambda language: defaults[language].subject)
    version.body = omit_defaults(body, lambda language: defaults[language].body)
    version.saved_at, version.saved_by_id = now, user_id
    session.add(version)
    session.flush()
    return version


def omit_defaults(text: Translated, get_default: Callable[[str], str]) -> Translated:
    """Return the texts that differ from their default."""
    kept: dict[str, Any] = {
        language: "" if text.get_exact_text(language) == get_default(language) else text.get_exact_text(language)
        for language in LANGUAGES
    }
    return Translated(**kept)
