"""Which rows of the certificates page are shown: people who are searched for, or those whose certificate has one status."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from trainer.issuing.desk.preview import BatchPreview, RowStatus
from trainer.issuing.register import find_holder_registration_ids
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.desk.search import find_registration_ids
from trainer.seminars.models import Seminar
from trainer.web.text import clean_query

ROW_STATUS_NAMES = {
    RowStatus.READY: _l("Ready"),
    RowStatus.UNPRINTABLE: _l("Can’t be printed"),
    RowStatus.ISSUED: _l("Issued"),
    RowStatus.EXPIRED: _l("Expired"),
    RowStatus.REVOKED: _l("Revoked"),
    RowStatus.NOT_READY: _l("Not ready yet"),
}


def count_row_statuses(preview: BatchPreview) -> dict[RowStatus, int]:
    """Return the number of people with each status that occurs."""
    return {status: preview.count(status) for status in RowStatus if preview.count(status)}


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

    def choose_ids(self, session: Session, seminar: Seminar, preview: BatchPreview) -> list[int]:
        """Return the ids of the people whom the filter shows, in their order; a query finds people, and serials that contain it."""
        chosen = preview.registration_ids if self.show is None else preview.list_ids(self.show)
        if not self.query:
            return chosen
        found = find_registration_ids(session, seminar, self.query)
        found |= find_holder_registration_ids(session, seminar, self.query)
        return [registration_id for registration_id in chosen if registration_id in found]
