"""Ready-made surveys, kept as YAML beside this: the questions that a seminar starts with, by its audience and its trainers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.models import TESTS, Purpose
from trainer.surveys.questions.keys import keyed
from trainer.surveys.questions.model import MOST_CHOICES, OWN_CODE, Choice, Question, QuestionKind

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C reads all in 40 ms, the other in 300
FOLDER = Path(__file__).parent.parent / "ready"
ANYONE = "anyone"
AUDIENCES = ("medical_worker", "personal_assistant")
TRAINERS = "trainers"
"""The key of the item about the trainers; where a seminar names several, each is asked about."""
OWN_CODE_ITEM = Question(
    OWN_CODE,
    QuestionKind.CODE,
    Translated(
        "Өз кодыңыз (екі тестте бірдей)",
        "Ваш личный код (одинаковый в обоих тестах)",
        "Your own code (the same in both tests)",
    ),
    required=True,
)


@dataclass(frozen=True)
class Ready:
    """A ready-made survey: its name in an address, for whom it is, and what it starts with."""

    name: str
    audience: str
    title: Translated
    purpose: Purpose
    target: int
    for_project: bool
    questions: tuple[Question, ...]

    def for_seminar(self, seminar: Seminar, anonymous: bool) -> list[Question]:
        """Give the questions for a seminar: each of several trainers is asked about; an anonymous test asks for a code of one's own."""
        asked = [for_trainers(each, trainers_of(seminar)) if each.key == TRAINERS else each for each in self.questions]
        return [OWN_CODE_ITEM, *asked] if anonymous and self.purpose in TESTS else asked


def satisfaction_for(seminar: Seminar) -> Ready:
    """Choose the satisfaction survey for a seminar's audience."""
    audience = seminar.audience if seminar.audience in AUDIENCES else ANYONE
    return ready_made()[f"satisfaction-{audience}".replace("_", "-")]


@cache
def ready_made() -> dict[str, Ready]:
    """Give every ready-made survey by its name."""
    found = [
        *(read("satisfaction", each) for each in (*AUDIENCES, ANYONE)),
        *(read("test", each, purpose) for each in AUDIENCES for purpose in TESTS),
        *(read(each) for each in ("skills", "follow_up", "trip", "project")),
    ]
    return {each.name: each for each in found}


def read(file: str, audience: str = ANYONE, purpose: Purpose | None = None) -> Ready:
    """Read what a file holds for an audience; a test is read for one of its purposes."""
    kept = load(file)
    parts = [str(purpose or file), *([audience] if asks_audiences(kept) else [])]
    return Ready(
        "-".join(parts).replace("_", "-"),
        audience if asks_audiences(kept) else "",
        Translated.of(kept["titles"][purpose] if purpose else kept["title"]),
        purpose or Purpose(kept["purpose"]),
        kept["target"],
        kept.get("for_project", False),
        tuple(Question.read(each) for each in kept["questions"] if each.get("audience", audience) == audience),
    )


def asks_audiences(kept: dict[str, Any]) -> bool:
    """Whether a file holds different questions for different audiences."""
    return any("audience" in each for each in kept["questions"])


@cache
def load(file: str) -> dict[str, Any]:
    """Read a file once."""
    found: dict[str, Any] = yaml.load((FOLDER / f"{file}.yaml").read_bytes(), LOADER)  # noqa: S506  # both are safe loaders
    return found


def trainers_of(seminar: Seminar) -> list[str]:
    """Give the names of a seminar's trainers, each once."""
    names = (each.strip() for each in re.split(r"[,;\n]", seminar.trainers or ""))
    return list(dict.fromkeys(filter(None, names)))[:MOST_CHOICES]


def for_trainers(question: Question, names: Iterable[str]) -> Question:
    """Ask about each trainer in a row where there are several; a row's key is made of the name, whatever its place."""
    rows = keyed([Choice("", Translated(*[name] * 3)) for name in names], (), TRAINERS)
    if len(rows) < 2:
        return question
    return replace(question, kind=QuestionKind.MATRIX, rows=rows, scale=QuestionKind.SATISFACTION)
