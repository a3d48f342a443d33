"""Which rows of the certificates page are shown: people who are searched for, or those whose certificate has one status."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from trainer.issuing.desk.preview import EligibilityRow
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.desk.search import find_registration_ids
from trainer.seminars.models import Seminar
from trainer.web.text import clean_query


class RowStatus(StrEnum):
    """Where somebody stands between registration and certificate. Exactly one applies."""

    READY = "ready"
    UNPRINTABLE = "unprintable"  # qualifies, but the next batch leaves the person out
    ISSUED = "issued"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_READY = "not-ready"


ROW_STATUS_NAMES = {
    RowStatus.READY: _l("Ready"),
    RowStatus.UNPRINTABLE: _l("Can’t be printed"),
    RowStatus.ISSUED: _l("Issued"),
    RowStatus.EXPIRED: _l("Expired"),
    RowStatus.REVOKED: _l("Revoked"),
    RowStatus.NOT_READY: _l("Not ready yet"),
}


def get_row_status(row: EligibilityRow) -> RowStatus:
    """Return the status of a row."""
    if row.certificate is not None:
        if not row.is_in_force:
            return RowStatus.REVOKED
        return RowStatus.EXPIRED if row.is_expired else RowStatus.ISSUED
    if row.problems:
        return RowStatus.UNPRINTABLE
    return RowStatus.READY if row.is_ready else RowStatus.NOT_READY


def count_row_statuses(rows: Sequence[EligibilityRow]) -> dict[RowStatus, int]:
    """Return the number of rows with each status that occurs."""
    counts = Counter(map(get_row_status, rows))
    return {status: counts[status] for status in RowStatus if counts[status]}


@dataclass(frozen=True)
class CertificateFilter:
    """The filter of the page as in its query string; `show` is None for everybody."""

    query: str = ""
    show: RowStatus | None = None

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> "CertificateFilter":
        """Return the filter of a query string; an unknown status is ignored."""
        show = next((status for status in RowStatus if status == arguments.get("show")), None)
        return cls(clean_query(arguments.get("query", "")), show)

    def to_arguments(self) -> dict[str, Any]:
        """Return the query arguments of this filter."""
        return {"query": self.query or None, "show": self.show}

    def choose_rows(self, session: Session, seminar: Seminar, rows: Sequence[EligibilityRow]) -> list[EligibilityRow]:
        """Return the rows that the filter shows, in their order; a query finds people, and serials that contain it."""
        chosen = [row for row in rows if self.show in (None, get_row_status(row))]
        if not self.query:
            return chosen
        typed, found = self.query.upper(), find_registration_ids(session, seminar, self.query)
        return [
            row
            for row in chosen
            if row.registration.id in found or (row.certificate is not None and typed in row.certificate.serial)
        ]
