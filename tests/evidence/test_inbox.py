"""The inbox: what is proposed, sorting many at once, undo, and two people who sort at once."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.evidence.factories import create_item, draw_jpeg, find_activity
from tests.factories import NOON
from tests.page import Page
from tests.visitor import Visitor, sign_in_organizer
from trainer.evidence.inbox.models import EvidenceSorting
from trainer.evidence.inbox.similar import count_differing_bits
from trainer.evidence.links import list_current_links
from trainer.evidence.models import EvidenceItem, EvidenceLink
from trainer.projects.models import Activity, Project
from trainer.seminars.models import Seminar


def create_items(session: Session, project: Project, count: int, **changes: object) -> list[EvidenceItem]:
    """Add photos to the inbox."""
    return [create_item(session, project, draw_jpeg(number), f"{number}.jpg", **changes) for number in range(count)]


def read_choices(page: Page) -> list[str]:
    """Return the values of the boxes of a list."""
    return [box.get("value") for box in page.find_all("input") if box.get("name") == "chosen"]


def sort(visitor: Visitor, project: Project, choices: list[str], activity: Activity, kinds: tuple[str, ...]) -> Page:
    """Assign the ticked files to an activity as photos, with the indicators of these kinds."""
    token = visitor.get("/desk/evidence/upload").read_form(-1)[1]["csrf_token"]
    indicators = [str(indicator.id) for indicator in activity.indicators if indicator.kind in kinds]
    fields = {"activity": str(activity.id), "kind": "photo", "indicators": indicators, "chosen": choices}
    return visitor.post(f"/desk/evidence/projects/{project.id}/sort", {"csrf_token": token, **fields})


def list_proved_kinds(session: Session, item: EvidenceItem) -> list[str]:
    """Return the kinds of the indicators that a file proves."""
    session.expire_all()
    return [link.indicator.kind for link in list_current_links(session, item)]


def test_a_photo_of_a_seminars_day_is_proposed_for_its_activity(
    organizer: Visitor, seminar: Seminar, session: Session
) -> None:
    item = create_item(session, seminar.project, taken_at=NOON + timedelta(days=5, hours=1))
    row = organizer.get("/desk/evidence?lang=en").text
    assert "it was taken on the day of its seminar" in row
    assert item.file_name in row
    assert "T2.A1" in row


def test_the_day_of_a_photo_is_that_of_the_projects_zone(
    organizer: Visitor, seminar: Seminar, session: Session
) -> None:
    midnight = datetime(2025, 6, 6, 19, 30, tzinfo=UTC)  # 7 June, half past midnight in Aktau
    create_item(session, seminar.project, taken_at=midnight)
    assert "it was taken on the day of its seminar" in organizer.get("/desk/evidence?lang=en").text


def test_nothing_is_proposed_for_a_file_without_a_date_or_with_a_wrong_one(
    organizer: Visitor, seminar: Seminar, session: Session
) -> None:
    create_item(session, seminar.project, draw_jpeg(1))
    create_item(session, seminar.project, draw_jpeg(2), taken_at=datetime(1970, 1, 1, tzinfo=UTC))
    create_item(session, seminar.project, draw_jpeg(3), taken_at=datetime(2035, 1, 1, tzinfo=UTC))
    assert organizer.get("/desk/evidence?lang=en").text.count("Nothing is proposed") == 3


def test_many_files_are_sorted_in_one_go_and_the_sorting_is_undone(
    organizer: Visitor, project: Project, session: Session
) -> None:
    items = create_items(session, project, 12)
    activity = find_activity(project, "T2.A1")
    choices = read_choices(organizer.get("/desk/evidence"))
    assert len(choices) == 12
    page = organizer.follow(sort(organizer, project, choices, activity, ("photo", "photo_video")))
    assert read_choices(page) == []
    expected = [each.kind for each in activity.indicators if each.kind in ("photo", "photo_video")]
    assert expected
    assert list_proved_kinds(session, items[0]) == expected
    assert {item.activity_id for item in items} == {activity.id}
    [sorting] = session.scalars(select(EvidenceSorting))
    fields = page.read_form(0)[1] if "undo" in page.text else {}
    undo = f"/desk/evidence/sortings/{sorting.id}/undo"
    assert undo in page.text
    organizer.post(undo, {"csrf_token": page.read_form(-1)[1].get("csrf_token") or fields["csrf_token"]})
    assert list_proved_kinds(session, items[0]) == []
    assert {item.activity_id for item in items} == {None}
    assert all(link.removed_at for link in session.scalars(select(EvidenceLink))), "what was true before is kept"


def test_proposals_are_accepted_in_one_go_and_others_stay(
    organizer: Visitor, seminar: Seminar, session: Session
) -> None:
    project = seminar.project
    known = create_item(session, project, draw_jpeg(1), taken_at=NOON + timedelta(days=5))
    unknown = create_item(session, project, draw_jpeg(2))
    page = organizer.get("/desk/evidence")
    token = organizer.get("/desk/evidence/upload").read_form(-1)[1]["csrf_token"]
    fields = {"csrf_token": token, "as_proposed": "yes", "chosen": read_choices(page)}
    organizer.post(f"/desk/evidence/projects/{project.id}/sort", fields)
    session.expire_all()
    assert (known.activity_id, unknown.activity_id) == (find_activity(project, "T2.A1").id, None)
    assert set(list_proved_kinds(session, known)) <= {"photo", "photo_video"}


def test_two_people_who_sort_at_once_never_overwrite_each_other(
    app: Flask, organizer: Visitor, project: Project, session: Session
) -> None:
    items = create_items(session, project, 3)
    other = sign_in_organizer(app, session, "second@example.org", "Дана")
    choices = read_choices(organizer.get("/desk/evidence"))
    first, second = find_activity(project, "T2.A1"), find_activity(project, "T1.A1")
    sort(other, project, [value for value in choices if value.startswith(f"{items[0].id}.")], first, ())
    page = organizer.follow(sort(organizer, project, choices, second, ()))
    session.expire_all()
    assert [item.activity_id for item in items] == [first.id, second.id, second.id]
    assert items[0].file_name in page.text, "the one that stays as it is has its name in the message"


def test_an_undo_leaves_what_somebody_has_changed_since(
    app: Flask, organizer: Visitor, project: Project, session: Session
) -> None:
    items = create_items(session, project, 2)
    first, second = find_activity(project, "T2.A1"), find_activity(project, "T1.A1")
    sort(organizer, project, read_choices(organizer.get("/desk/evidence")), first, ())
    other = sign_in_organizer(app, session, "second@example.org", "Дана")
    moved = [v for v in read_choices(other.get("/desk/evidence?show=sorted")) if v.startswith(f"{items[0].id}.")]
    sort(other, project, moved, second, ())
    sorting = session.scalars(select(EvidenceSorting).order_by(EvidenceSorting.id)).first()
    assert sorting is not None
    token = organizer.get("/desk/evidence/upload").read_form(-1)[1]["csrf_token"]
    other.post(f"/desk/evidence/sortings/{sorting.id}/undo", {"csrf_token": token}, status=400)
    organizer.post(f"/desk/evidence/sortings/{sorting.id}/undo", {"csrf_token": token})
    session.expire_all()
    assert [item.activity_id for item in items] == [second.id, None]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["0.jpg", "plan.pdf", "Сурет.jpg"]),
        ("query=СУРЕТ", ["Сурет.jpg"]),
        ("query=тақырып", ["0.jpg"]),
        ("type=pdf", ["plan.pdf"]),
        ("who=link", []),
        ("since=2025-06-07", ["0.jpg"]),
        ("until=2025-06-02", ["plan.pdf", "Сурет.jpg"]),
        ("show=removed", ["gone.jpg"]),
        ("since=nonsense&type=x&who=-1&page=99999999", ["0.jpg", "plan.pdf", "Сурет.jpg"]),
    ],
)
def test_the_inbox_is_filtered_and_searched(
    organizer: Visitor, project: Project, session: Session, query: str, names: list[str]
) -> None:
    from trainer.language.translated import Translated

    caption = Translated("Тақырып", "Тема")
    create_item(session, project, draw_jpeg(1), "0.jpg", taken_at=NOON + timedelta(days=5), caption=caption)
    create_item(session, project, b"%PDF-1.7", "plan.pdf")
    create_item(session, project, draw_jpeg(2), "Сурет.jpg")
    create_item(session, project, draw_jpeg(3), "gone.jpg", removed_at=NOON)
    page = organizer.get(f"/desk/evidence?{query}")
    shown = [link.text for link in page.find_all("a") if (link.get("class") or "") == "file-name"]
    assert sorted(shown) == sorted(names)


def test_files_that_look_nearly_the_same_are_named(organizer: Visitor, project: Project, session: Session) -> None:
    create_item(session, project, draw_jpeg(1), "first.jpg", difference_hash=0b0111_1111)
    create_item(session, project, draw_jpeg(2), "near.jpg", difference_hash=0b0100_0000)
    create_item(session, project, draw_jpeg(3), "far.jpg", difference_hash=-1)
    assert organizer.get("/desk/evidence?lang=en").text.count("Looks like") == 2


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_the_distance_of_two_signed_hashes_is_that_of_their_64_bits(first: int, second: int) -> None:
    expected = sum(a != b for a, b in zip(*(format(n & (2**64 - 1), "064b") for n in (first, second)), strict=True))
    assert count_differing_bits(first, second) == expected == count_differing_bits(second, first)
