"""What a new survey may start from: a ready-made one, an empty one, or one of another seminar."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.answers import questions_of
from trainer.surveys.making import to_copy
from trainer.surveys.models import Purpose, Survey
from trainer.surveys.questions import Question
from trainer.surveys.ready_made import Ready, ready_made

EMPTY = "empty"


@dataclass(frozen=True)
class Start:
    """A start: its name in an address, what the form shows first, and the questions for a kind of survey."""

    name: str
    title: Translated
    purpose: Purpose
    target: int
    for_project: bool
    audience: str
    questions: Callable[[bool], list[Question]]
    """The questions, by whether the survey is anonymous."""
    count: int
    seminar: Seminar | None = None
    """Whose survey is copied."""

    @property
    def data(self) -> dict[str, Any]:
        """Give what the form shows first."""
        facts = {"title": self.title.parts(), "purpose": self.purpose}
        return {**facts, "target": self.target, "for_project": self.for_project}


def starts(session: Session, seminar: Seminar) -> list[Start]:
    """Give every start for a survey of a seminar: the ready-made ones, an empty one, those of other seminars."""
    ready = [of_ready(each, seminar) for each in ready_made().values()]
    empty = Start(EMPTY, Translated(), Purpose.SATISFACTION, 70, False, "", lambda _anonymous: [], 0)
    return [*ready, empty, *(of_survey(each) for each in to_copy(session, seminar))]


def of_ready(ready: Ready, seminar: Seminar) -> Start:
    """Start from a ready-made survey."""
    return Start(
        ready.name,
        ready.title,
        ready.purpose,
        ready.target,
        ready.for_project,
        ready.audience,
        lambda anonymous: ready.for_seminar(seminar, anonymous),
        len(ready.questions),
    )


def of_survey(survey: Survey) -> Start:
    """Start from a survey of another seminar."""
    there = questions_of(survey.current)
    return Start(
        f"survey-{survey.id}",
        survey.title,
        Purpose(survey.purpose),
        survey.target,
        survey.for_project,
        "",
        lambda _anonymous: there,
        len(there),
        survey.seminar,
    )
