"""Invalid items, batches and cursors: each is refused by itself, and nothing else is lost."""

from typing import Any

from sqlalchemy.orm import Session

from tests.attendance.marks import list_marks
from tests.attendance.tablet_client import Tablet
from tests.factories import mark_sessions
from trainer.attendance.models import AttendanceStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

PRESENT, LATE, EXCUSED, ABSENT = AttendanceStatus


DEEP: Any = []


for _level in range(500):
    DEEP = [DEEP]


NO_ITEMS: list[Any] = [
    None,
    float("nan"),
    7,
    [],
    "mark",
    {},
    {"kind": "mark"},
    {"kind": ["mark"]},
    {"kind": "mark", "id": "x" * 100_000},
    {"id": {"id": 1}, "kind": "walk_in"},
]


NO_MARKS: list[dict[str, Any]] = [
    {"id": 7},
    {"id": "{12345678-1234-7234-8234-123456789abc}"[:36]},
    {"id": None},
    {"person": 1.5},
    {"person": True},
    {"person": float("nan")},
    {"session": float("inf")},
    {"person": [1]},
    {"person": "nobody"},
    {"session": "1"},
    {"session": DEEP},
    {"status": "asleep"},
    {"status": ["present"]},
    {"status": None},
    {"after": 7},
    {"after": "x"},
    {"at": "yesterday"},
    {"at": "2025-06-02T12:00:00"},
    {"at": "0001-01-01T00:00:00+23:59"},
    {"at": "9999-12-31T23:59:59-23:59"},
    {"at": 1748847600},
    {"source": "desk"},
    {"source": "paper"},
    {"kind": "decision"},
]


NO_STROKES: list[Any] = [
    [],
    [[]],
    "line",
    [[[0]]],
    [[[0, 0, 0]]],
    [[[1001, 0]]],
    [[[0, 401]]],
    [[[-1, 0]]],
    [[[0.5, 1]]],
    [[[True, 1]]],
    [[[0, 0]] * 5001],
    [[0, 0]],
    [DEEP],
    {"0": 0},
]


NO_ROWS = [(0, 1), (-1, 1), (2**31, 1), (10**400, 1), (10**9, 1), (1, 0), (1, 10**30)]


def test_invalid_items_are_refused_by_themselves(
    tablet: Tablet, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    person, session_id = registrations[0].id, past_seminar.sessions[0].id
    marks = [tablet.mark(person, session_id) | no_mark for no_mark in NO_MARKS]
    drawn = [tablet.signature(person, session_id, strokes=no_stroke) for no_stroke in NO_STROKES]
    first, last = tablet.mark(person, session_id), tablet.mark(registrations[1].id, session_id)
    answers = tablet.send(first, *NO_ITEMS, *marks, *drawn, last)["answers"]
    assert [answer["answer"] for answer in answers] == ["stored", *["refused"] * (len(answers) - 2), "stored"]
    assert {answer["reason"] for answer in answers[1:-1]} == {"malformed"}
    assert [str(mark.id) for mark in list_marks(session)] == [first["id"], last["id"]]


def test_a_number_that_no_row_has_is_unknown(tablet: Tablet, registrations: list[Registration]) -> None:
    outcomes = tablet.send_and_list_outcomes(*(tablet.mark(person, place) for person, place in NO_ROWS))
    assert outcomes == ["refused unknown_person"] * 5 + ["refused unknown_session"] * 2


NO_BATCHES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe\xfa",
    b"[" * 200_000,
    b'{"items": ' + b"[" * 100_000,
    b'{"time": NaN, "items": []}',
    b'{"time": "2025-06-02T07:00:00Z", "items": [{"person": ' + b"9" * 5000 + b"}]}",
    b'{"time": "2025-06-02T07:00:00Z", "items": {}}',
    b'{"time": "2025-06-02T07:00:00Z"}',
    b'{"time": 7, "items": []}',
    b'{"items": []}',
]


def test_invalid_batches_are_refused(tablet: Tablet) -> None:
    for content in NO_BATCHES:
        answer = tablet.request("POST", "/sync", data=content, content_type="application/json")
        assert (answer.status_code, answer.json) == (400, {"error": "malformed"}), content[:80]


def test_a_batch_is_json_and_not_too_large(tablet: Tablet) -> None:
    answer = tablet.request("POST", "/sync", data={"items": "[]"})
    assert (answer.status_code, answer.json) == (415, {"error": "not_json"})
    assert tablet.send(*([None] * 501), status=413) == {"error": "too_large"}
    answer = tablet.request("POST", "/sync", data=b" " * 5_000_000, content_type="application/json")
    assert (answer.status_code, answer.json) == (413, {"error": "too_large"})


NO_CURSORS = [7, "", "x", "2025-06-02T07:00:00", {}, "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00Z"]


def test_a_cursor_that_cannot_be_read_gives_everything(
    tablet: Tablet, session: Session, registrations: list[Registration]
) -> None:
    mark_sessions(session, registrations[0], PRESENT)
    for cursor in NO_CURSORS:
        assert [mark["person"] for mark in tablet.send(cursor=cursor)["marks"]] == [registrations[0].id], cursor
