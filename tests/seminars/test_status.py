"""The status of a seminar is derived, so it agrees with what is stored and with the clock."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOON
from trainer.projects.models import Activity, Project, Task
from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.registration_window import is_registration_open
from trainer.seminars.status import STATUS_NAMES, OpenWork, SeminarStatus, derive_status, find_open_work

HOURS = st.integers(-100, 100)
FIGURES = st.fixed_dictionaries({name: st.integers(0, 2) for name in ("unmarked", "undecided", "unanswered", "ready")})


@st.composite
def build_seminars(draw: st.DrawFn) -> Seminar:
    """Build a seminar with some sessions, opened and closed at any time, or cancelled."""
    project = Project(timezone="Asia/Aqtau")
    seminar = Seminar(activity=Activity(task=Task(project=project)))
    for start in sorted(draw(st.lists(HOURS, max_size=3))):
        starts_at = NOON + timedelta(hours=start)
        seminar.sessions.append(SeminarSession(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)))
    for name in ("opened_at", "closes_at", "cancelled_at"):
        hours = draw(st.none() | HOURS)
        setattr(seminar, name, None if hours is None else NOON + timedelta(hours=hours))
    return seminar


@given(build_seminars(), st.integers(-2, 5), FIGURES)
def test_a_status_never_says_what_is_not_so(seminar: Seminar, free_seats: int, figures: dict[str, int]) -> None:
    status = derive_status(seminar, NOON, free_seats=free_seats, open_work=find_open_work(seminar, NOON, **figures))
    has_open_work = any(figures.values())
    assert status in STATUS_NAMES
    is_today = NOON.astimezone(seminar.zone).date() in seminar.days
    assert (status == SeminarStatus.CANCELLED) == (seminar.cancelled_at is not None)
    if status in (SeminarStatus.TO_FINISH, SeminarStatus.DONE):
        assert seminar.is_over(NOON) and has_open_work == (status == SeminarStatus.TO_FINISH)
    if status in (SeminarStatus.OPEN, SeminarStatus.FULL):
        assert is_registration_open(seminar, NOON) and not is_today
        assert (free_seats <= 0) == (status == SeminarStatus.FULL)
    if status == SeminarStatus.TODAY:
        assert is_today and not seminar.is_over(NOON)
    if status == SeminarStatus.DRAFT:
        assert seminar.opened_at is None and (seminar.starts_at is None or seminar.starts_at > NOON)
    if seminar.is_over(NOON) and not seminar.is_cancelled:
        assert status in (SeminarStatus.TO_FINISH, SeminarStatus.DONE)


@given(build_seminars(), FIGURES)
def test_the_first_work_is_one_that_is_open(seminar: Seminar, figures: dict[str, int]) -> None:
    open_figures = {
        OpenWork.ATTENDANCE: figures["unmarked"] + figures["undecided"],
        OpenWork.ANSWERS: figures["unanswered"],
        OpenWork.CERTIFICATES: figures["ready"],
    }
    work = find_open_work(seminar, NOON, **figures)
    assert work is None or open_figures[work]
    assert work == OpenWork.ATTENDANCE or not open_figures[OpenWork.ATTENDANCE]
