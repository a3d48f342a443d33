"""Choosing participants' lists: days, languages, format and last column once, and one download."""

import io
import zipfile
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.attendance.desk_pages import build_documents_url
from tests.factories import MARINA, register_person
from tests.visitor import Visitor
from trainer.attendance.lists.participants import LastColumn
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database


@pytest.fixture
def registrations(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return two people who are registered."""
    return [register_person(session, past_seminar), register_person(session, past_seminar, MARINA)]


def count_numbered_rows(content: bytes) -> int:
    """Return how many rows of a workbook begin with a number."""
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return sum(isinstance(row[0], int) for row in sheet.iter_rows(values_only=True))


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
@pytest.mark.parametrize("column", LastColumn)
def test_one_list_is_chosen_and_downloaded_at_once(
    organizer: Visitor, past_seminar: Seminar, registrations: list[Registration], column: str, kind: str
) -> None:
    [day] = past_seminar.days
    address, fields = organizer.get(build_documents_url(past_seminar)).read_form("lists")
    content = organizer.get(
        f"{address}?{urlencode({**fields, 'column': column, 'kind': kind}, doseq=True)}"
    ).response.data
    assert fields["day"] == day.isoformat()
    old_address = f"/desk/seminars/{past_seminar.id}/participants-kk.{kind}?day={day}&column={column}"
    assert content == organizer.get(old_address).response.data


def test_lists_of_several_days_and_languages_come_in_one_archive(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    past_seminar.sessions[1].starts_at += timedelta(days=1)
    past_seminar.sessions[1].ends_at += timedelta(days=1)
    address, fields = organizer.get(build_documents_url(past_seminar)).read_form("lists")
    chosen = {**fields, "language": ["kk", "ru"], "kind": "xlsx"}
    response = organizer.get(f"{address}?{urlencode(chosen, doseq=True)}").response
    content = response.data
    response.close()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert [count_numbered_rows(archive.read(name)) for name in names] == [len(registrations)] * 4
    days = [day.isoformat() for day in past_seminar.days]
    assert [next(day for day in days if day in name) for name in names] == [days[0]] * 2 + [days[1]] * 2
    assert len(set(names)) == 4


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("day", {"day": []}),
        ("day", {"day": ["2001-01-01"]}),
        ("list-language", {"language": []}),
        ("kind", {"kind": "exe"}),
        ("column", {"column": "all"}),
    ],
)
def test_a_choice_that_gives_no_list_is_explained_and_the_rest_stays(
    organizer: Visitor, past_seminar: Seminar, field: str, changes: dict[str, Any]
) -> None:
    address, fields = organizer.get(build_documents_url(past_seminar)).read_form("lists")
    chosen = {**fields, "kind": "xlsx", "column": "empty", **changes}
    page = organizer.get(f"{address}?{urlencode(chosen, doseq=True)}", status=422)
    assert page.get_error(field)
    kept = page.read_form("lists")[1]
    assert all(kept.get(name) == chosen[name] for name in ("kind", "column") if name not in changes)
