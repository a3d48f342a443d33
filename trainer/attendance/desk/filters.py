"""Which rows of the attendance page are shown: people who are searched for, or those with one status in the session."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from trainer.attendance.desk.live import AttendanceOverview
from trainer.attendance.models import AttendanceStatus
from trainer.registration.desk.search import find_registration_ids
from trainer.seminars.models import Seminar
from trainer.web.text import clean_query

UNMARKED = "unmarked"


@dataclass(frozen=True)
class AttendanceFilter:
    """The filter of the page as in its query string; `show` is a status, UNMARKED, or empty for everybody."""

    query: str = ""
    show: str = ""

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> "AttendanceFilter":
        """Return the filter of a query string; an unknown status is ignored."""
        show = arguments.get("show", "")
        return cls(clean_query(arguments.get("query", "")), show if show in (UNMARKED, *AttendanceStatus) else "")

    def to_arguments(self) -> dict[str, Any]:
        """Return the query arguments of this filter."""
        return {"query": self.query or None, "show": self.show or None}

    def choose_ids(self, session: Session, seminar: Seminar, overview: AttendanceOverview) -> list[int]:
        """Return the ids of the people of the list whom the filter shows, in their order."""
        chosen = overview.registration_ids
        if self.show == UNMARKED:
            marked_ids = set().union(*overview.ids_by_status.values())
            chosen = [registration_id for registration_id in chosen if registration_id not in marked_ids]
        elif self.show:
            shown_ids = overview.ids_by_status[AttendanceStatus(self.show)]
            chosen = [registration_id for registration_id in chosen if registration_id in shown_ids]
        if not self.query:
            return chosen
        found = find_registration_ids(session, seminar, self.query)
        return [registration_id for registration_id in chosen if registration_id in found]


def count_people_by_status(overview: AttendanceOverview) -> dict[str, int]:
    """Return the number of people with each status that occurs, first of those without one, because of a conflict or no mark."""
    counts = {str(status): len(ids) for status, ids in overview.listed_ids_by_status.items()}
    counts = {UNMARKED: overview.people_count - sum(counts.values()), **counts}
    return {status: count for status, count in counts.items() if count}
