"""What a new survey may start from: a ready-made one, an empty one, or one of another seminar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.builder.settings import to_copy
from trainer.surveys.models import Purpose, Survey
from trainer.surveys.questions.model import Question, QuestionKind
from trainer.surveys.questions.templates import Ready, ready_made
from trainer.surveys.responses import questions_of

EMPTY = "empty"
FOLLOWS_AFTER = timedelta(days=31)
"""How long after a seminar its follow-up survey opens: a month, however long that is."""


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

    def data_for(self, seminar: Seminar) -> dict[str, Any]:
        """Give what the form of a survey of a seminar shows first."""
        facts = {"title": self.title.parts(), "purpose": self.purpose, "opens": opens_first(self.purpose, seminar)}
        return {**facts, "target": self.target, "for_project": self.for_project}


def starts(session: Session, seminar: Seminar) -> list[Start]:
    """Give every start for a survey of a seminar: the ready-made ones, an empty one, those of other seminars."""
    ready = [of_ready(each, seminar) for each in ready_made().values()]
    empty = Start(EMPTY, Translated(), Purpose.SATISFACTION, 70, False, "", lambda _anonymous: [], 0)
    return [*ready, empty, *(of_survey(each) for each in to_copy(session, seminar))]


def opens_first(purpose: Purpose, seminar: Seminar) -> datetime | None:
    """Propose when a survey opens, as a local time of its seminar: a follow-up a month after the end, all else by itself (None)."""
    if purpose != Purpose.FOLLOW_UP or seminar.ends_at is None:
        return None
    return (seminar.ends_at.astimezone(seminar.zone) + FOLLOWS_AFTER).replace(tzinfo=None)


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
        lambda anonymous: [each for each in there if anonymous or each.kind != QuestionKind.CODE],
        len(there),
        survey.seminar,
    )
