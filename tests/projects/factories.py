"""A small monitoring plan, changed at one place, and plans as YAML."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import yaml

INDICATOR: dict[str, Any] = {
    "id": "T1.A1.I1",
    "kind": "photo",
    "name": {"kk": "Фотосуреттер"},
    "planned_text_kk": "Кемінде 5 фото",
    "planned_text_ru": "Не менее 5 фото",
    "planned_text_en": "At least 5 photos",
    "planned": [{"comparator": "at_least", "value": 5, "unit": "photo", "per": "project"}],
    "evidence": "uploaded",
    "doubt": "",
}

ACTIVITY: dict[str, Any] = {
    "id": "T1.A1",
    "number": 1,
    "title": {"kk": "Семинар"},
    "event_type": "seminar",
    "event_count": 2,
    "audience": "medical_worker",
    "place": {"kk": "Ақтау"},
    "start": date(2025, 5, 1),
    "end": date(2025, 5, 31),
    "indicators": [INDICATOR],
}

SMALL_PLAN: dict[str, Any] = {
    "project": {
        "id": "small",
        "title": {"kk": "Тең мүмкіндік", "ru": "Равные возможности"},
        "goal": {"kk": "Мақсат"},
        "grantee": {"kk": "Бірлестік"},
        "grant_giver": {"kk": "Орталық"},
        "period": {"start": date(2025, 5, 1), "end": date(2025, 10, 31)},
        "timezone": "Asia/Aqtau",
    },
    "tasks": [{"id": "T1", "number": 1, "section": "task", "title": {"kk": "Міндет"}, "activities": [ACTIVITY]}],
    "social_impact": {"indicators": [{**INDICATOR, "id": "SI1"}]},
}


def dump_yaml(data: Any) -> bytes:
    """Return the data as YAML without aliases."""

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    return yaml.dump(data, Dumper=Dumper, allow_unicode=True).encode()


def change_small_plan(path: tuple[str | int, ...], change: Callable[[Any, Any], None]) -> dict[str, Any]:
    """Return a small plan with a change at one path."""
    plan = copy.deepcopy(SMALL_PLAN)
    place: Any = plan
    for step in path[:-1]:
        place = place[step]
    change(place, path[-1])
    return plan
