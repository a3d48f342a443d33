"""Figures of all surveys of some seminars at a moment: responses, satisfaction, and whether they may be shown."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.surveys.catalogue import list_surveys_of_seminars
from trainer.surveys.deduplication import list_duplicate_response_ids
from trainer.surveys.models import AnonymousResponse, Survey, SurveyPurpose, SurveyResponse
from trainer.surveys.results.aggregation import SATISFIED_VALUES
from trainer.surveys.results.satisfaction import count_overall_answers, list_hidden_survey_ids
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
    surveys = [
        survey
        for survey in list_surveys_of_seminars(session, list(seminar_ids))
        if survey.purpose != SurveyPurpose.CHECKLIST
        and (not survey.anonymous or (survey.sealed_at is not None and survey.sealed_at <= moment))
    ]
    if not surveys:
        return []
    groups = count_responses(session, surveys, moment, surviving_ids)
    counts = count_overall_answers(session, surveys, moment, surviving_ids)
    hidden_ids = list_hidden_survey_ids(session, surveys)
    figures = []
    for survey in surveys:
        group = groups.get(survey.id, GroupSize(0, 0))
        shown = Counter[object]() if survey.id in hidden_ids else Counter[object](counts.get(survey.id, {}))
        figures.append(
            SurveyFigures(
                survey_id=survey.id,
                seminar_id=survey.seminar_id,
                number=survey.number,
                purpose=survey.purpose,
                responses=group.total,
                has_copies=group.total > 0 and not (survey.anonymous and group.is_too_small),
                satisfied=sum(shown[value] for value in SATISFIED_VALUES),
                answered=shown.total(),
            )
        )
    return [figure for figure in figures if figure.responses]


def count_responses(
    session: Session, surveys: list[Survey], moment: datetime, surviving_ids: Mapping[int, int]
) -> dict[int, GroupSize]:
    """Return by survey id how many have answered, and how many of them an anonymous survey by themselves."""
    ids = [survey.id for survey in surveys]
    duplicate_ids = list_duplicate_response_ids(session, surveys, surviving_ids)
    named = select(SurveyResponse.survey_id, func.count()).where(
        SurveyResponse.survey_id.in_(ids),
        SurveyResponse.answered_at <= moment,
        SurveyResponse.id.not_in(duplicate_ids),
    )
    groups = {
        survey_id: GroupSize(number, number)
        for survey_id, number in session.execute(named.group_by(SurveyResponse.survey_id))
    }
    entered = AnonymousResponse.entered_by_organizer
    anonymous = select(AnonymousResponse.survey_id, entered, func.count()).where(AnonymousResponse.survey_id.in_(ids))
    totals: dict[int, Counter[bool]] = defaultdict(Counter)
    for survey_id, is_entered, number in session.execute(anonymous.group_by(AnonymousResponse.survey_id, entered)):
        totals[survey_id][bool(is_entered)] += number
    return groups | {survey_id: GroupSize(count.total(), count[False]) for survey_id, count in totals.items()}
