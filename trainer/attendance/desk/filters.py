"""Which rows of the attendance page are shown: people who are searched for, or those with one status in the session."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from trainer.attendance.ledger import SessionAttendance
from trainer.attendance.models import AttendanceStatus
from trainer.registration.desk.search import find_registration_ids
from trainer.seminars.models import Seminar
from trainer.web.text import clean_query

AttendanceRow = tuple[int, SessionAttendance]
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

    def choose_rows(self, session: Session, seminar: Seminar, rows: Sequence[AttendanceRow]) -> list[AttendanceRow]:
        """Return the rows that the filter shows, in their order."""
        chosen = [row for row in rows if self.show in ("", get_shown_status(row[1]))]
        if not self.query:
            return chosen
        found = find_registration_ids(session, seminar, self.query)
        return [row for row in chosen if row[0] in found]


def get_shown_status(attendance: SessionAttendance) -> str:
    """Return the status of a row, UNMARKED where there is none or it is open because marks conflict."""
    return attendance.status or UNMARKED


def count_rows_by_status(rows: Sequence[AttendanceRow]) -> dict[str, int]:
    """Return the number of rows with each status that occurs, the unmarked first."""
    counts = Counter(get_shown_status(attendance) for _registration_id, attendance in rows)
    return {status: counts[status] for status in (UNMARKED, *AttendanceStatus) if counts[status]}
