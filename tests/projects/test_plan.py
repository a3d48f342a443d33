"""Import of the contract's plan, and rejection of malformed plans."""

import copy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import load_contract_plan as contract
from tests.projects.factories import ACTIVITY, INDICATOR, SMALL_PLAN, change_small_plan, dump_yaml
from trainer.projects.models import Indicator, Project
from trainer.projects.plan import MAX_PLAN_BYTES, PlanAlreadyImported, PlanInvalid, import_plan, read_plan
from trainer.web.text import find_unprintable_characters

PLAN_PATHS: list[tuple[str | int, ...]] = [
    ("project",),
    ("tasks",),
    ("social_impact",),
    ("social_impact", "indicators"),
    *[("project", name) for name in SMALL_PLAN["project"]],
    ("project", "title", "kk"),
    ("project", "period", "start"),
    ("tasks", 0),
    *[("tasks", 0, name) for name in SMALL_PLAN["tasks"][0]],
    ("tasks", 0, "activities", 0),
    *[("tasks", 0, "activities", 0, name) for name in ACTIVITY],
    ("tasks", 0, "activities", 0, "indicators", 0),
    *[("tasks", 0, "activities", 0, "indicators", 0, name) for name in INDICATOR],
    *[("tasks", 0, "activities", 0, "indicators", 0, "planned", 0, name) for name in INDICATOR["planned"][0]],
]
OPTIONAL_KEYS = {
    "goal",
    "timezone",
    "number",
    "section",
    "event_type",
    "event_count",
    "audience",
    "place",
    "kind",
    "doubt",
}
OPTIONAL_KEYS |= {"planned_text_kk", "planned_text_ru", "planned_text_en", "per", "social_impact"}

plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.text("кқ1", min_size=50, max_size=90),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.just(UTC)),
)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def list_read_problems(data: Any) -> list[str]:
    """Return the problems found when reading a plan."""
    try:
        read_plan(data if isinstance(data, bytes) else dump_yaml(data))
    except PlanInvalid as wrong:
        assert wrong.problems
        return wrong.problems
    return []


def test_the_contracts_plan_is_in_order_and_complete(project: Project) -> None:
    sections = [task.section for task in project.tasks]
    assert [sections.count("task"), len(sections) - sections.count("task")] == [6, 2]
    assert len(project.activities) == 14
    assert sum(len(activity.indicators) for activity in project.activities) == 71
    assert len(project.social_impact) == 6


def test_the_import_never_moves_a_date(project: Project) -> None:
    facts = contract()
    assert (project.start, project.end) == (date(2025, 5, 1), date(2025, 10, 31))
    promised = [(activity["start"], activity["end"]) for task in facts["tasks"] for activity in task["activities"]]
    assert [(activity.start, activity.end) for activity in project.activities] == promised


def test_the_plan_is_kept_word_for_word(session: Session, project: Project) -> None:
    session.expire_all()
    facts = [
        indicator
        for task in contract()["tasks"]
        for activity in task["activities"]
        for indicator in activity["indicators"]
    ]
    indicators = [indicator for activity in project.activities for indicator in activity.indicators]
    assert [indicator.code for indicator in indicators] == [planned["id"] for planned in facts]
    assert [indicator.planned for indicator in indicators] == [planned["planned"] for planned in facts]
    assert [indicator.planned_text.kk for indicator in indicators] == [planned["planned_text_kk"] for planned in facts]
    assert all(indicator.planned_text.ru and indicator.planned_text.en for indicator in indicators)


def test_a_misprint_of_the_contract_is_corrected_for_the_screen(project: Project) -> None:
    assert project.grantee.kk == contract()["project"]["grantee"]["kk_ui"]
    assert project.grantee.kk != contract()["project"]["grantee"]["kk"]


def test_a_plan_is_loaded_once(session: Session, project: Project) -> None:
    with pytest.raises(PlanAlreadyImported, match=project.code):
        import_plan(session, contract())


def test_a_small_plan_is_in_order() -> None:
    assert list_read_problems(SMALL_PLAN) == []


@pytest.mark.parametrize("path", PLAN_PATHS, ids=lambda path: ".".join(map(str, path)))
def test_what_is_left_out_is_named_unless_it_may_be(path: tuple[str | int, ...]) -> None:
    def leave_out(place: Any, name: Any) -> None:
        del place[name]

    needed = str(path[-1]) not in OPTIONAL_KEYS and path not in (("social_impact", "indicators"), ("tasks", 0))
    needed = needed and path[-1] != 0 and path != ("project", "title", "kk")
    assert bool(list_read_problems(change_small_plan(path, leave_out))) == needed


@pytest.mark.parametrize("path", PLAN_PATHS, ids=lambda path: ".".join(map(str, path)))
def test_what_is_of_another_form_is_named(path: tuple[str | int, ...]) -> None:
    for wrong in (
        True,
        float("nan"),
        float("inf"),
        10**12,
        "x" * 20_000,
        "a\x00b",
        "\x07",
        [],
        [[1]],
        datetime(2025, 5, 1),  # noqa: DTZ001
    ):
        fits = wrong == [] and path[-1] in ("tasks", "activities", "indicators", "planned")
        problems = list_read_problems(
            change_small_plan(path, lambda place, name, wrong=wrong: place.__setitem__(name, wrong))  # type: ignore[misc]
        )
        assert bool(problems) != fits, f"{wrong!r:.30}"


@pytest.mark.parametrize(
    ("path", "wrong", "named"),
    [
        (("project", "id"), "", "project.id"),
        (("project", "timezone"), "Asia/Atlantis", "project.timezone"),
        (("project", "timezone"), "../../etc/passwd", "project.timezone"),
        (("project", "period"), {"start": date(2025, 6, 1), "end": date(2025, 5, 1)}, "project.period: it ends before"),
        (("project", "period", "start"), "1 мамыр", "project.period: start and end must be dates"),
        (("project", "title"), "Тең мүмкіндік", "project.title"),
        (("project", "title"), {"de": "Chancen"}, "project.title"),
        (("tasks", 0), "T1", "a task needs"),
        (("tasks", 0, "id"), "T" * 21, "a task.id: a text of at most 20"),
        (("tasks", 0, "activities", 0), None, "T1: an activity needs"),
        (("tasks", 0, "activities", 0, "id"), "T1", "T1: this id is used more than once"),
        (("tasks", 0, "activities", 0, "end"), date(2025, 4, 1), "T1.A1: it ends before it starts"),
        (("tasks", 0, "activities", 0, "event_count"), 1.5, "T1.A1.event_count: a whole number"),
        (("tasks", 0, "activities", 0, "indicators", 0), 7, "an indicator must be a mapping"),
        (("tasks", 0, "activities", 0, "indicators", 0, "id"), "SI1", "SI1: this id is used more than once"),
        (("tasks", 0, "activities", 0, "indicators", 0, "evidence"), "guessed", "T1.A1.I1.evidence"),
        (("tasks", 0, "activities", 0, "indicators", 0, "planned", 0, "comparator"), "about", "T1.A1.I1.planned"),
        (("tasks", 0, "activities", 0, "indicators", 0, "planned", 0, "value"), "5", "T1.A1.I1.planned"),
        (("social_impact",), None, "social_impact.indicators"),
    ],
)
def test_a_problem_is_named_with_its_place(path: tuple[str | int, ...], wrong: Any, named: str) -> None:
    problems = list_read_problems(change_small_plan(path, lambda place, name: place.__setitem__(name, wrong)))
    assert any(problem.startswith(named) for problem in problems), problems


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        "project: құн".encode("utf-16"),
        b"a: [",
        b"a: \x00",
        b"--- a\n--- b",
        b"[" * 5000,
        b"!!timestamp x",
        b"!!bool x",
        b"!!int x",
        b'!!int ""',
        b"!!float x",
        b"!!python/object/apply:os.system [ls]",
        b"2025-13-45",
        b"? [a]\n: b",
        b"a: &a [*a]",
        b"a: &a 1\nb: *a",
        b"9" * 5000,
        b"%PDF-1.7",
        b"a: b\n" * (MAX_PLAN_BYTES // 5 + 1),
    ],
    ids=lambda content: repr(content[:20]),
)
def test_a_file_that_is_no_plan_is_refused_in_words(content: bytes) -> None:
    assert list_read_problems(content)


def test_many_problems_are_not_all_listed() -> None:
    problems = list_read_problems({**SMALL_PLAN, "tasks": ["T"] * 5000})
    assert len(problems) == 101
    assert problems[-1] == "… and 4900 more"


@given(anything)
def test_any_file_is_either_a_plan_or_has_problems(data: Any) -> None:
    assert list_read_problems(data)


@given(st.text() | st.binary())
def test_whatever_is_loaded_is_a_plan_or_a_problem(content: str | bytes) -> None:
    assert list_read_problems(content if isinstance(content, bytes) else content.encode())


@given(st.lists(st.tuples(st.sampled_from(PLAN_PATHS), anything), min_size=1, max_size=1))
@settings(max_examples=60)
def test_a_plan_without_a_problem_fits_into_the_tables(
    session: Session, changes: list[tuple[tuple[str | int, ...], Any]]
) -> None:
    [(path, value)] = changes
    try:
        plan = read_plan(dump_yaml(change_small_plan(path, lambda place, name: place.__setitem__(name, value))))
    except PlanInvalid as wrong:
        assert not find_unprintable_characters("".join(wrong.problems).replace("…", ""))
        return
    import_plan(session, plan)
    session.rollback()


def test_the_largest_plan_that_is_taken_fits_into_the_tables(session: Session) -> None:
    plan = copy.deepcopy(SMALL_PLAN)
    plan["project"].update(id="i" * 80, title={"kk": "Қ" * 10_000})
    plan["tasks"][0]["activities"][0].update(id="A" * 20, event_type="e" * 40, audience="a" * 40, event_count=2**31 - 1)
    indicator = plan["tasks"][0]["activities"][0]["indicators"][0]
    indicator.update(id="I" * 20, kind="k" * 40, planned_text_kk="т" * 200, doubt="d" * 300)
    import_plan(session, read_plan(dump_yaml(plan)))
    session.commit()
    assert session.query(Indicator).count() == 2
