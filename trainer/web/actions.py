"""The transaction of a request that changes data: commit it, or roll it back and explain why."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from flask import flash

from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.storage import StorageError

log = logging.getLogger(__name__)
Refusal = TypeVar("Refusal", bound=Exception)


@dataclass
class ActionOutcome:
    """The result of an action: the exception that refused it, or None once it is committed."""

    refusal: Exception | None = None

    @property
    def is_committed(self) -> bool:
        """Return whether the action was committed."""
        return self.refusal is None


@contextmanager
def commit_or_explain(
    refusals: Mapping[type[Refusal], str], success: str = "", category: str = "error"
) -> Iterator[ActionOutcome]:
    """Commit the work of the block; on an exception listed in `refusals`, roll back and flash its sentence instead.

    The first matching entry decides, so list a subclass before its base class. An empty sentence flashes nothing.
    `category` is the category of these sentences. `success` is flashed after the commit. Any other exception is passed
    on, and nothing is committed.
    """
    outcome = ActionOutcome()
    try:
        yield outcome
    except tuple(refusals) as error:
        db.session.rollback()
        outcome.refusal = error
        sentence = next(sentence for kind, sentence in refusals.items() if isinstance(error, kind))
        if sentence:
            flash(sentence, category)
    else:
        db.session.commit()
        if success:
            flash(success, "success")


@contextmanager
def delete_files_or_explain() -> Iterator[None]:
    """Delete stored files in the block, after the commit that removed what named them; flash a warning if they stay."""
    try:
        yield
    except StorageError as error:
        log.error("Files that nothing names any more were not deleted: %s", error, exc_info=error)
        flash(_("Its files could not be deleted, because where files are stored does not answer."), "warn")
