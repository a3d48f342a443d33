"""Figures of all surveys of some seminars at a moment: responses, satisfaction, and whether they may be shown."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Text, case, cast, func, or_, select, text
from sqlalchemy.orm import Session

from trainer.surveys.deduplication import find_duplicate_response_ids
from trainer.surveys.models import AnonymousResponse, Survey, SurveyPurpose, SurveyResponse, SurveyVersion
from trainer.surveys.questions.model import OVERALL_KEY, SurveyQuestion
from trainer.surveys.results.aggregation import SATISFIED_VALUES, AnswerValue, is_overall_question
from trainer.surveys.results.satisfaction import find_hidden_survey_ids
from trainer.surveys.results.small_groups import GroupSize


@dataclass(frozen=True)
class SurveyFigures:
    """What a survey contributes: responses, and answers 4 and 5 among the answers to its overall question.

    An anonymous survey has neither before it is sealed; with `has_copies`, its completed questionnaires may be copied, and
    what the guard on small groups hides is left out of `satisfied` and `answered`.
    """

    survey_id: int
    seminar_id: int
    number: int
    purpose: str
    responses: int
    has_copies: bool
    satisfied: int
    answered: int


def load_survey_figures(
    session: Session, seminar_ids: Collection[int], moment: datetime, surviving_ids: Mapping[int, int]
) -> list[SurveyFigures]:
    """Return the figures of the surveys of seminars of one project, by seminar and number, without those that nobody answered.

    Responses with names count from the time they were given, anonymous ones from the sealing. `surviving_ids` maps merged
    registrations to the surviving ones: of two responses of a person one counts. Checklists are no questionnaires.
    """
    surveys = list_answerable_surveys(session, seminar_ids, moment)
    if not surveys:
        return []
    asking_ids = list_asking_version_ids(session, [survey.id for survey in surveys])
    tallies = tally_named_responses(session, surveys, asking_ids, moment, surviving_ids)
    tallies |= tally_anonymous_responses(session, surveys, asking_ids)
    figures = []
    for survey in surveys:
        tally = tallies.get(survey.id)
        if tally is None:
            continue
        shown = Counter[AnswerValue]() if tally.is_hidden else tally.overall
        figures.append(
            SurveyFigures(
                survey_id=survey.id,
                seminar_id=survey.seminar_id,
                number=survey.number,
                purpose=survey.purpose,
                responses=tally.total,
                has_copies=not (survey.anonymous and GroupSize(tally.total, tally.by_respondents).is_too_small),
                satisfied=sum(shown[value] for value in SATISFIED_VALUES),
                answered=shown.total(),
            )
        )
    return figures


class AnswerableSurvey(NamedTuple):
    """What figures need of a survey: its columns, without its objects, which take several times as long to load."""

    id: int
    seminar_id: int
    number: int
    purpose: str
    anonymous: bool


@dataclass
class ResponseTally:
    """The responses to a survey: all, those that respondents gave themselves, and the answers to the overall question."""

    total: int = 0
    by_respondents: int = 0
    overall: Counter[AnswerValue] = field(default_factory=Counter)
    is_hidden: bool = False
    """Whether the guard on small groups hides the answers."""

    def add(self, number: int, answer: str | None, is_entered: bool = False) -> None:
        """Add responses with the same answer to the overall question; None if it is not asked or not answered."""
        self.total += number
        self.by_respondents += 0 if is_entered else number
        if answer is not None:
            self.overall[int(answer)] += number


def list_answerable_surveys(session: Session, seminar_ids: Collection[int], moment: datetime) -> list[AnswerableSurvey]:
    """Return the surveys of seminars that can have figures, by seminar and number: no checklists, anonymous ones once sealed."""
    columns = (getattr(Survey, name) for name in AnswerableSurvey._fields)
    is_readable = or_(~Survey.anonymous, Survey.sealed_at <= moment)
    query = select(*columns).where(
        Survey.seminar_id.in_(seminar_ids), Survey.purpose != SurveyPurpose.CHECKLIST, is_readable
    )
    return [AnswerableSurvey._make(row) for row in session.execute(query.order_by(Survey.seminar_id, Survey.number))]


def list_asking_version_ids(session: Session, survey_ids: Collection[int]) -> list[int]:
    """Return the versions of surveys that ask the overall question, by id. Most have the same questions, which are read once."""
    query = select(SurveyVersion.id, cast(SurveyVersion.questions, Text)).where(SurveyVersion.survey_id.in_(survey_ids))
    ids_by_questions: dict[str, list[int]] = defaultdict(list)
    for version_id, questions in session.execute(query):
        ids_by_questions[questions].append(version_id)
    return [
        version_id
        for questions, ids in ids_by_questions.items()
        if any(is_overall_question(SurveyQuestion.from_json(each)) for each in json.loads(questions))
        for version_id in ids
    ]


def tally_named_responses(
    session: Session,
    surveys: Collection[AnswerableSurvey],
    asking_ids: Collection[int],
    moment: datetime,
    surviving_ids: Mapping[int, int],
) -> dict[int, ResponseTally]:
    """Return the responses with names that were given by a moment, by survey id; of two of one person one counts."""
    ids = [survey.id for survey in surveys]
    answer = SurveyResponse.answers[OVERALL_KEY].as_string()
    query = select(
        SurveyResponse.survey_id, case((SurveyResponse.version_id.in_(asking_ids), answer)), func.count()
    ).where(
        SurveyResponse.survey_id.in_(ids),
        SurveyResponse.answered_at <= moment,
        SurveyResponse.id.not_in(find_duplicate_response_ids(session, ids, surviving_ids)),
    )
    tallies: dict[int, ResponseTally] = defaultdict(ResponseTally)
    for survey_id, value, number in session.execute(query.group_by(text("1"), text("2"))):
        tallies[survey_id].add(number, value)
    return tallies


def tally_anonymous_responses(
    session: Session, surveys: Collection[AnswerableSurvey], asking_ids: Collection[int]
) -> dict[int, ResponseTally]:
    """Return the anonymous responses by survey id, with what the guard on small groups hides."""
    ids = [survey.id for survey in surveys if survey.anonymous]
    if not ids:
        return {}
    answer = AnonymousResponse.answers[OVERALL_KEY].as_string()
    asks = AnonymousResponse.version_id.in_(asking_ids)
    query = select(
        AnonymousResponse.survey_id, asks, answer, AnonymousResponse.entered_by_organizer, func.count()
    ).where(AnonymousResponse.survey_id.in_(ids))
    rows = session.execute(query.group_by(*(text(str(number)) for number in range(1, 5)))).all()
    tallies: dict[int, ResponseTally] = defaultdict(ResponseTally)
    for survey_id, is_asked, value, is_entered, number in rows:
        tallies[survey_id].add(number, value if is_asked else None, bool(is_entered))
    hidden_ids = find_hidden_survey_ids(
        (survey_id, value is not None, bool(is_entered), number)
        for survey_id, _asked, value, is_entered, number in rows
    )
    for survey_id in hidden_ids:
        tallies[survey_id].is_hidden = True
    return tallies
