"""Figures follow the contract's rules: targets, percentages, lists, days and months, and the status that results."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import (
    AIGUL,
    MARINA,
    NOON,
    YERLAN,
    answer_survey,
    create_seminar,
    mark_sessions,
    register_person,
    spell_number,
)
from tests.monitoring.factories import (
    add_indicator,
    build_target,
    create_entry,
    create_item,
    create_publication,
    enter_figure,
    enter_views,
    get_activity,
    get_indicator,
    hand_over,
    link,
    link_items,
    measure,
)
from trainer.attendance.models import AttendanceStatus
from trainer.evidence.models import EvidenceKind, MediaKind
from trainer.evidence.publications.models import PublicationKind
from trainer.evidence.registers.models import RegisterKind
from trainer.monitoring.figures import Note, Status, TargetFigure, decide_status
from trainer.monitoring.kinds.selection import Target
from trainer.monitoring.kinds.table import KINDS
from trainer.monitoring.scope import build_scope
from trainer.projects.models import Project
from trainer.projects.vocabulary import INDICATOR_KINDS
from trainer.seminars.models import Seminar, SeminarKind

HELD = NOON - timedelta(hours=8)
TODAY = date(2025, 6, 2)


def attend(
    session: Session, seminar: Seminar, number: int, status: AttendanceStatus = AttendanceStatus.PRESENT
) -> None:
    """Register a number of medical workers for a seminar, all present at its first session."""
    for index in range(number):
        name = spell_number(100 + index)
        person = register_person(session, seminar, surname=f"Әлиева{name}", phone=f"+770155{seminar.id:02}{index:03}")
        mark_sessions(session, person, status)


def build_figure(actual: int, required: int, rows: int = 0) -> TargetFigure:
    """Return the figure of a target that counts photos."""
    target = Target("at_least", required, "photo")
    return TargetFigure(target, required, actual, actual >= required, actual > required, (None,) * rows)  # type: ignore[arg-type]


def test_every_kind_of_the_vocabulary_has_a_function_with_a_documentation() -> None:
    assert KINDS.keys() == INDICATOR_KINDS.keys()
    assert all(kind.select_rows.__doc__ for kind in KINDS.values())


@pytest.mark.parametrize(
    ("actual", "days_left", "status"),
    [
        (0, 30, Status.NOT_STARTED),
        (1, 30, Status.IN_PROGRESS),
        (0, 8, Status.NOT_STARTED),
        (1, 7, Status.DUE_SOON),
        (0, 0, Status.DUE_SOON),
        (4, -1, Status.OVERDUE),
        (5, -1, Status.FULFILLED),
        (5, 30, Status.FULFILLED),
        (6, 0, Status.EXCEEDED),
    ],
)
def test_the_status_follows_from_the_figure_and_the_end_of_the_activity(
    actual: int, days_left: int, status: Status
) -> None:
    assert decide_status([build_figure(actual, 5)], TODAY + timedelta(days=days_left), TODAY) == status


def test_the_worst_of_several_targets_decides() -> None:
    deadline = TODAY + timedelta(days=30)
    assert decide_status([build_figure(10, 10), build_figure(0, 2)], deadline, TODAY) == Status.PARTLY
    assert decide_status([build_figure(12, 10), build_figure(2, 2)], deadline, TODAY) == Status.EXCEEDED


def test_linked_photos_count_each_once_and_until_they_are_unlinked(session: Session, project: Project) -> None:
    items = link_items(session, project, "T1.A1.I1", 4)
    link(session, get_indicator(session, project, "T1.A1.I1"), items[0])
    link_items(session, project, "T1.A1.I1", 1, EvidenceKind.SCREENSHOT)
    removed = link_items(session, project, "T1.A1.I1", 1)[0]
    removed.removed_at = NOON
    session.flush()
    [figure] = measure(session, project, "T1.A1.I1").targets
    assert (figure.required, figure.actual, figure.deviation) == (5, 4, -1)


def test_the_shortest_list_decides_how_many_are_on_each(session: Session, project: Project) -> None:
    first = create_seminar(session, project, HELD - timedelta(days=1), slug="first")
    attend(session, first, 3)
    attend(session, create_seminar(session, project, HELD, slug="second"), 2)
    attend(session, create_seminar(session, project, NOON, slug="under-way"), 1)
    attend(session, create_seminar(session, project, HELD, slug="absent"), 1, AttendanceStatus.ABSENT)
    lists, people = measure(session, project, "T2.A1.I1").targets
    assert lists.actual == 2
    assert [part.actual for part in people.parts] == [3, 2]
    assert (people.actual, people.is_reached) == (2, False)


def test_an_assistant_on_a_list_of_medical_workers_is_none(session: Session, project: Project) -> None:
    seminar = create_seminar(session, project, HELD)
    for applicant in (AIGUL, YERLAN, MARINA):
        mark_sessions(session, register_person(session, seminar, applicant), AttendanceStatus.LATE)
    assert measure(session, project, "T2.A1.I1").targets[1].actual == 2
    activity = get_activity(session, project, "T2.A1")
    add_indicator(activity, "participants_count", build_target(1, "person"), code="P")
    session.flush()
    assert measure(session, project, "P").targets[0].actual == 3


@pytest.mark.parametrize(("overall", "actual", "is_reached"), [((5, 4, 4), 100, True), ((5, 4, 3), 66, False)])
def test_satisfaction_is_the_share_of_good_answers_in_whole_numbers(
    session: Session, project: Project, overall: tuple[int, ...], actual: int, *, is_reached: bool
) -> None:
    seminar = create_seminar(session, project, HELD, activity=get_activity(session, project, "T3.A2"), kind="trip")
    for applicant, value in zip((AIGUL, YERLAN, MARINA), overall, strict=True):
        person = register_person(session, seminar, applicant)
        mark_sessions(session, person, AttendanceStatus.PRESENT)
        answer_survey(session, person, value)
    [figure] = measure(session, project, "T3.A2.I5").targets
    assert (figure.part, figure.whole) == (sum(value > 3 for value in overall), 3)
    assert (figure.actual, figure.is_reached, figure.is_exceeded) == (actual, is_reached, False)


def test_without_answers_satisfaction_is_not_started(session: Session, project: Project) -> None:
    figure = measure(session, project, "T3.A2.I5")
    assert (figure.status, figure.targets[0].note) == (Status.NOT_STARTED, Note.NO_ANSWERS)


def test_certification_counts_what_the_seminars_beside_it_left(session: Session, past_seminar: Seminar) -> None:
    person = register_person(session, past_seminar)
    mark_sessions(session, person, AttendanceStatus.PRESENT)
    answer_survey(session, person)
    project = past_seminar.project
    create_seminar(
        session, project, HELD, slug="ceremony", kind="ceremony", activity=get_activity(session, project, "T2.A2")
    )
    assert measure(session, project, "T2.A2.I1").targets[0].actual == 1
    assert measure(session, project, "T2.A2.I3").targets[0].actual == 1


def test_an_activity_counts_the_seminars_of_its_chosen_sources(session: Session, past_seminar: Seminar) -> None:
    person = register_person(session, past_seminar)
    mark_sessions(session, person, AttendanceStatus.PRESENT)
    answer_survey(session, person, 4)
    project = past_seminar.project
    assert measure(session, project, "C1.A1.I1").targets[0].whole == 0
    get_activity(session, project, "C1.A1").chosen_sources = [past_seminar.activity]
    session.flush()
    assert measure(session, project, "C1.A1.I1").targets[0].part == 1


def test_a_ceremony_counts_when_it_was_held_and_its_sheet_is_attached(session: Session, project: Project) -> None:
    activity = get_activity(session, project, "T2.A2")
    create_seminar(session, project, HELD, slug="ceremony", kind=SeminarKind.CEREMONY, activity=activity)
    assert measure(session, project, "T2.A2.I4").targets[0].actual == 0
    link_items(session, project, "T2.A2.I4", 2, EvidenceKind.LIST)
    assert measure(session, project, "T2.A2.I4").status == Status.FULFILLED


def test_each_day_of_the_trip_needs_its_photos(session: Session, project: Project) -> None:
    assert measure(session, project, "T3.A2.I2").targets[0].note == Note.NO_TRIP
    activity = get_activity(session, project, "T3.A2")
    trip = create_seminar(session, project, NOON + timedelta(days=7), kind=SeminarKind.TRIP, activity=activity)
    trip.sessions[1].starts_at += timedelta(days=1)
    trip.sessions[1].ends_at += timedelta(days=1)
    late_evening = datetime(2025, 6, 9, 18, 59, tzinfo=UTC)  # 23:59 in Aktau
    link_items(session, project, "T3.A2.I2", 3, taken_at=late_evening)
    link_items(session, project, "T3.A2.I2", 2, taken_at=late_evening + timedelta(minutes=1))
    figure = measure(session, project, "T3.A2.I2")
    [target] = figure.targets
    assert [(part.day, part.actual) for part in target.parts] == [(date(2025, 6, 9), 3), (date(2025, 6, 10), 2)]
    assert (target.actual, figure.status) == (2, Status.PARTLY)


def test_each_month_needs_its_media_plan(session: Session, project: Project) -> None:
    link_items(session, project, "C2.A1.I5", 1, EvidenceKind.MEDIA_PLAN, month=date(2025, 5, 1))
    link_items(session, project, "C2.A1.I5", 1, EvidenceKind.MEDIA_PLAN)
    [figure] = measure(session, project, "C2.A1.I5").targets
    assert [part.actual for part in figure.parts] == [1, 1, 0, 0, 0, 0]


def test_each_traveller_owes_a_report(session: Session, project: Project) -> None:
    link_items(session, project, "T3.A2.I1", 1, EvidenceKind.REPORT)
    assert measure(session, project, "T3.A2.I1").targets[0].note == Note.NO_PARTICIPANTS
    activity = get_activity(session, project, "T3.A2")
    trip = create_seminar(session, project, kind=SeminarKind.TRIP, activity=activity)
    for applicant in (AIGUL, MARINA):
        register_person(session, trip, applicant)
    [figure] = measure(session, project, "T3.A2.I1").targets
    assert (figure.actual, figure.required) == (1, 2)


def test_applicants_count_for_a_selection(session: Session, project: Project) -> None:
    activity = get_activity(session, project, "T3.A1")
    seminar = create_seminar(session, project, activity=activity, kind=SeminarKind.SELECTION, needs_approval=True)
    register_person(session, seminar, AIGUL)
    assert measure(session, project, "T3.A1.I2").targets[0].actual == 1


def test_screenshots_count_once_linked_or_attached(session: Session, project: Project) -> None:
    activity = get_activity(session, project, "T4.A2")
    linked = link_items(session, project, "T4.A2.I4", 1, EvidenceKind.SCREENSHOT)
    attached = create_item(session, project, EvidenceKind.SCREENSHOT)
    publication = create_publication(session, project, activity)
    publication.screenshots = [*linked, attached]
    session.flush()
    assert measure(session, project, "T4.A2.I4").targets[0].actual == 2


def test_a_publication_counts_as_the_video_that_it_is(session: Session, project: Project) -> None:
    indicator = get_indicator(session, project, "T6.A1.I3")
    link(session, indicator, create_publication(session, project, indicator.activity, PublicationKind.VIDEO))
    link(session, indicator, create_publication(session, project, indicator.activity, PublicationKind.POST))
    link_items(session, project, "T6.A1.I3", 1, EvidenceKind.VIDEO)
    assert measure(session, project, "T6.A1.I3").targets[0].actual == 2


def test_a_screenshot_proves_a_video_where_the_plan_says_so(session: Session, project: Project) -> None:
    link_items(session, project, "T1.A2.I4", 1, EvidenceKind.SCREENSHOT)
    photos, videos = measure(session, project, "T1.A2.I4").targets
    assert (photos.actual, videos.actual) == (0, 1)


def test_a_handout_counts_as_a_photo_if_it_is_one(session: Session, project: Project) -> None:
    link_items(session, project, "T2.A1.I6", 1, EvidenceKind.HANDOUT, media_kind=MediaKind.PDF)
    assert measure(session, project, "T2.A1.I6").targets[0].actual == 0
    link_items(session, project, "T2.A1.I6", 1, EvidenceKind.HANDOUT)
    assert measure(session, project, "T2.A1.I6").targets[0].actual == 1


def test_views_are_those_of_the_latest_entry_of_each_publication(session: Session, project: Project) -> None:
    activity = get_activity(session, project, "T6.A1")
    first, second = (create_publication(session, project, activity) for _each in range(2))
    other = create_publication(session, project, get_activity(session, project, "T5.A1"))
    enter_views(session, first, 500, date(2025, 5, 20))
    enter_views(session, first, 900, date(2025, 6, 1))
    enter_views(session, first, 700, date(2025, 5, 25))
    enter_views(session, second, 50)
    enter_views(session, other, 1000)
    link(session, get_indicator(session, project, "C2.A1.I1"), second)
    assert measure(session, project, "T6.A1.I5").targets[0].actual == 950
    assert measure(session, project, "C2.A1.I4").targets[0].actual == 50
    assert measure(session, project, "SI2").targets[0].actual == 1950
    period = build_scope(project, NOON, start=date(2025, 5, 22), end=date(2025, 5, 26))
    assert measure(session, project, "T6.A1.I5", period).targets[0].actual == 200


def test_what_was_entered_counts_only_where_nothing_is_counted(session: Session, project: Project) -> None:
    staff, photos = (get_indicator(session, project, code) for code in ("SI3", "T1.A1.I1"))
    enter_figure(session, project, staff, "person", 2)
    enter_figure(session, project, staff, "person", 3)
    enter_figure(session, project, photos, "photo", 5)
    [figure] = measure(session, project, "SI3").targets
    assert (figure.actual, figure.entered is not None, figure.is_reached) == (3, True, True)
    assert measure(session, project, "T1.A1.I1").targets[0].actual == 0
    create_entry(session, project)
    [figure] = measure(session, project, "SI3").targets
    assert (figure.actual, figure.entered) == (1, None)


def test_registers_count_their_entries(session: Session, project: Project) -> None:
    for number in range(20):
        create_entry(session, project, RegisterKind.PARTNER, removed_at=NOON if number == 7 else None)
    assert measure(session, project, "SI6").targets[0].actual == 19


def test_a_document_that_was_handed_over_was_distributed(session: Session, project: Project) -> None:
    activity = get_activity(session, project, "T5.A2")
    handbook = create_item(session, project, EvidenceKind.MATERIAL, activity)
    assert measure(session, project, "T5.A2.I2").targets[0].actual == 0
    hand_over(session, handbook)
    hand_over(session, handbook, recipient="Мектеп")
    assert measure(session, project, "T5.A2.I2").targets[0].actual == 1


def test_a_programme_is_an_agenda_or_a_file(session: Session, project: Project) -> None:
    seminar = create_seminar(session, project)
    link_items(session, project, "T2.A1.I2", 1, EvidenceKind.PROGRAMME)
    assert measure(session, project, "T2.A1.I2").targets[0].actual == 1
    seminar.sessions[0].agenda = [{"time": "10:00", "topic": {"kk": "Күтім"}}]
    session.flush()
    assert measure(session, project, "T2.A1.I2").status == Status.FULFILLED
    seminar.cancelled_at = NOON
    session.flush()
    assert measure(session, project, "T2.A1.I2").targets[0].actual == 1
