"""Guesses and doubts for the contract's annex, and for annexes with other tasks in other words."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.factories import load_contract_plan
from tests.projects.word_files import RUSSIAN_HEADINGS, write_annex
from trainer.projects.annex.reader import read_annex
from trainer.projects.guesses.doubts import apply_answer, get_doubt_key
from trainer.projects.guesses.entries import list_plan_indicators
from trainer.projects.guesses.plan import guess_plan
from trainer.projects.vocabulary import get_evidence

ANNEX = Path(__file__).parents[1] / "data" / "annex3.docx"
MIN_RIGHT = {"per": 71, "comparator": 70, "value": 70, "kind": 66, "unit": 66}
"""How many of the 71 indicators have to be guessed right."""
PERIOD = "мамыр–қазан 2025"


def guess_annex(content: bytes) -> dict[str, Any]:
    """Return the plan of an annex with guesses and doubts."""
    plan = read_annex(content)
    guess_plan(plan)
    return plan


def list_doubts(plan: dict[str, Any]) -> set[tuple[str, str]]:
    """Return code and rule of each doubt."""
    return {(doubt["code"], doubt["rule"]) for doubt in plan["doubts"]}


def test_the_contracts_annex_is_guessed_as_it_was_written_down() -> None:
    guessed = list_plan_indicators(guess_annex(ANNEX.read_bytes()))
    written = list_plan_indicators(load_contract_plan())
    right = dict.fromkeys(MIN_RIGHT, 0)
    for guess, planned in zip(guessed[:71], written[:71], strict=True):
        right["kind"] += guess["kind"] == planned["kind"]
        for name in ("per", "comparator", "value", "unit"):
            values = [target[name] for target in guess["planned"]]
            right[name] += values == [target[name] for target in planned["planned"]]
    assert {name: count >= MIN_RIGHT[name] for name, count in right.items()} == dict.fromkeys(MIN_RIGHT, True), right
    for guess, planned in zip(guessed[71:], written[71:], strict=True):
        assert (guess["kind"], guess["planned"], guess["evidence"]) == (
            planned["kind"],
            planned["planned"],
            planned["evidence"],
        )


def test_types_of_events_audiences_and_results_are_read_from_their_words() -> None:
    guessed, written = guess_annex(ANNEX.read_bytes()), load_contract_plan()
    for task, planned_task in zip(guessed["tasks"], written["tasks"], strict=True):
        for activity, planned in zip(task["activities"], planned_task["activities"], strict=True):
            assert activity["event_type"] == planned.get("event_type", "")
            assert activity["audience"] == planned.get("audience", "")
            assert activity.get("event_count", 1) in (planned.get("event_count"), None, 1)
    results, planned_results = guessed["project"]["expected_results"], written["project"]["expected_results"]
    assert [result["targets"] for result in results] == [result["targets"] for result in planned_results]


def test_the_doubts_of_the_contracts_annex_are_found_and_few_others() -> None:
    doubts = list_doubts(guess_annex(ANNEX.read_bytes()))
    assert doubts >= {
        ("T1.A2.I4", "proof_or_target"),
        ("T2.A1.I1", "list_or_total"),
        ("T2.A1.I3", "together_or_each"),
        ("T4.A1.I3", "together_or_each"),
        ("T2.A1.I4", "unit_differs"),
        ("T4.A1.I4", "twin_differs"),
        ("C1.A1.I1", "who_is_asked"),
        ("C1.A1.I2", "who_is_asked"),
        *((code, "composition") for code in ("SI1", "SI4", "SI5", "SI6")),
    }
    assert len(doubts) <= 16


# Rows that no annex of ours has: name, value, and what a person reads in them.
OTHER_ROWS = [
    ("Волонтёрлер тізімі", "2 тізім", "participants_list", [("exactly", 2, "list", "project")]),
    ("Берілген сертификаттар саны", "кемінде 40", "certificates", [("at_least", 40, "certificate", "project")]),
    ("Количество слушателей", "не менее 25 человек", "participants_count", [("at_least", 25, "person", "project")]),
    ("Регистрационный лист участников", "1", "participants_list", [("exactly", 1, "list", "project")]),
    ("Фотоотчет", "по 5 фото с каждого мероприятия", "photo", [("exactly", 5, "photo", "event")]),
    (
        "Фото/видео",
        "кемінде 20/4",
        "photo_video",
        [("at_least", 20, "photo", "project"), ("at_least", 4, "video", "project")],
    ),
    ("Посты в Instagram", "12 (ежемесячно)", "social_post", [("exactly", 12, "post", "month")]),
    ("Публикации в СМИ", "минимум 3", "media_publication", [("at_least", 3, "publication", "project")]),
    ("Охват в социальных сетях", "50 000 просмотров", "views", [("exactly", 50_000, "view", "project")]),
    ("Удовлетворённость участников", "80 %", "satisfaction", [("exactly", 80, "percent", "project")]),
    ("Әзірленген буклеттер", "100", "developed_material", [("exactly", 100, "material", "project")]),
    ("Баспасөз релизі", "2 құжат", "press_release", [("exactly", 2, "document", "project")]),
    ("Протокол заседания", "1 протокол", "protocol", [("exactly", 1, "protocol", "project")]),
    ("Тренингтер саны", "6 тренинг", "events_count", [("exactly", 6, "seminar", "project")]),
    ("Number of participants", "at least 15 people", "participants_count", [("at_least", 15, "person", "project")]),
    ("Бейнероликтер", "екі", "video", [("exactly", 2, "video", "project")]),
    ("Отчёт о поездке", "1 (от каждого участника)", "trip_report", [("exactly", 1, "report", "participant")]),
]


@pytest.mark.parametrize(("name", "value", "kind", "targets"), OTHER_ROWS, ids=[row[0] for row in OTHER_ROWS])
def test_rows_in_other_words_are_read_as_a_person_reads_them(
    name: str, value: str, kind: str, targets: list[tuple[str, int, str, str]]
) -> None:
    plan = guess_annex(write_annex(("1. Іс-шара", "Орал", [name], [value], PERIOD), headings=RUSSIAN_HEADINGS))
    [indicator] = list_plan_indicators(plan)
    assert indicator["kind"] == kind
    read = [tuple(target[key] for key in ("comparator", "value", "unit", "per")) for target in indicator["planned"]]
    assert read == targets
    assert indicator["unknown"] == []
    assert indicator["evidence"] == get_evidence(kind, targets[0][2])


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("Фото", "10-15", "range"),
        ("Қатысушылар саны", "не более 30", "upper_limit"),
        ("Фото", "5 фото, 2 видео", "several_figures"),
        ("Фото", "3 (әр аудан)", "per_unclear"),
        ("Жарияланымдар", "5 сертификат", "unit_differs"),
        ("Қатысушылар тізімі", "3 тізім (20 адам)", "list_or_total"),
        ("Фото / Видео", "10/1 сертификат", "proof_or_target"),
    ],
)
def test_what_can_be_understood_in_two_ways_is_a_doubt(name: str, value: str, rule: str) -> None:
    plan = guess_annex(write_annex(("1. Кеңес", "Орал", [name], [value], PERIOD)))
    assert ("T1.A1.I1", rule) in list_doubts(plan)


def test_people_from_each_list_are_no_doubt() -> None:
    plan = guess_annex(write_annex(("1. Кеңес", "Орал", ["Қатысушылар тізімі"], ["3 тізім (20 адамнан)"], PERIOD)))
    assert list_doubts(plan) == set()
    assert [target["per"] for target in list_plan_indicators(plan)[0]["planned"]] == ["project", "list"]


def test_what_no_rule_knows_is_left_open() -> None:
    plan = guess_annex(write_annex(("1. Кеңес", "Орал", ["Ағаш отырғызу", "Фото"], ["60 түп", "көп"], PERIOD)))
    tree, photo = list_plan_indicators(plan)
    assert tree["unknown"] == ["kind", "unit"]
    assert photo["unknown"] == ["value"]


def test_every_option_of_every_doubt_has_an_effect_or_keeps_the_reading() -> None:
    plan = guess_annex(ANNEX.read_bytes())
    by_code = {indicator["id"]: indicator for indicator in list_plan_indicators(plan)}
    changed = set()
    for doubt in plan["doubts"]:
        for option in doubt["options"]:
            indicator = deepcopy(by_code[doubt["code"]])
            apply_answer(indicator, doubt, option)
            assert all(target["unit"] for target in indicator["planned"])
            if indicator != by_code[doubt["code"]]:
                changed.add((get_doubt_key(doubt), option))
        with pytest.raises(ValueError, match="unknown"):
            apply_answer(deepcopy(by_code[doubt["code"]]), doubt, "unknown")
    assert ("T1.A2.I4-proof_or_target", "target") in changed
    assert ("T2.A1.I4-unit_differs", "usual") in changed
    assert ("C1.A1.I2-who_is_asked", "all") in changed
