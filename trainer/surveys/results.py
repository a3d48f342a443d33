"""What the answers say: satisfaction as k of n, the response rate, the distribution of every item, and the free texts."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.surveys.answers import questions_of
from trainer.surveys.models import Survey, SurveyResponse
from trainer.surveys.questions import OVERALL, RATED, Question

SATISFIED = (4, 5)


@dataclass(frozen=True)
class Item:
    """A question with what was answered to it."""

    question: Question
    counts: dict[int, int]
    texts: tuple[str, ...]

    @property
    def answered(self) -> int:
        """How many answered this question."""
        return sum(self.counts.values()) or len(self.texts)

    @property
    def satisfied(self) -> int:
        """How many chose one of the two best answers."""
        return sum(self.counts.get(value, 0) for value in SATISFIED)


@dataclass(frozen=True)
class Results:
    """The results of a survey."""

    responses: int
    items: tuple[Item, ...]

    @property
    def overall(self) -> Item | None:
        """The item on overall satisfaction."""
        return next((item for item in self.items if item.question.key == OVERALL), None)


def share(part: int, whole: int) -> float:
    """Give a part in percent for showing; targets are compared as whole numbers instead."""
    return 100 * part / whole if whole else 0.0


def reaches(part: int, whole: int, percent: int) -> bool:
    """Whether part of whole is at least so many percent, never by rounding up."""
    return whole > 0 and 100 * part >= percent * whole


def results(session: Session, survey: Survey) -> Results:
    """Count the answers of a survey's responses, in all its versions, by the questions of the current one."""
    wanted = select(SurveyResponse.answers).where(SurveyResponse.survey_id == survey.id).order_by(SurveyResponse.id)
    answers = list(session.scalars(wanted))
    items = []
    for question in questions_of(survey.current):
        given = [each[question.key] for each in answers if question.key in each]
        rated = question.kind in RATED
        items.append(Item(question, dict(Counter(given)) if rated else {}, () if rated else tuple(given)))
    return Results(len(answers), tuple(items))
