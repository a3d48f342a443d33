"""The satisfaction figure over all surveys of a project or an activity."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from trainer.projects.models import Activity, Project, Task
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.deduplication import list_duplicate_response_ids
from trainer.surveys.models import AnonymousResponse, Survey, SurveyResponse, SurveyVersion
from trainer.surveys.questions.model import OVERALL_KEY
from trainer.surveys.results.aggregation import (
    SATISFIED_VALUES,
    AnswerValue,
    Satisfaction,
    is_overall_question,
)
from trainer.surveys.results.small_groups import GroupSize


def calculate_satisfaction(
    session: Session,
    scope: Project | Activity,
    target: int = 70,
    known_counts: Mapping[int, Mapping[AnswerValue, int]] | None = None,
) -> Satisfaction:
    """Return the satisfaction over all surveys of a project or activity that ask the overall question.

    Anonymous surveys that the guard on small groups hides are excluded, as their answers could be computed from the change of
    the total.
    `known_counts` holds counts of the overall question by survey id that the caller has already; they are not queried again.
    """
    surveys = list_visible_surveys(session, scope)
    counts_by_survey = count_overall_answers(
        session, [survey for survey in surveys if survey.id not in (known_counts or {})]
    )
    counts_by_survey |= {
        survey.id: Counter(known_counts[survey.id]) for survey in surveys if known_counts and survey.id in known_counts
    }
    small_survey_ids = list_hidden_survey_ids(session, [survey for survey in surveys if survey.id in counts_by_survey])
    counts = sum(
        (survey_counts for survey_id, survey_counts in counts_by_survey.items() if survey_id not in small_survey_ids),
        Counter[AnswerValue](),
    )
    left_out = sum(counts_by_survey[survey_id].total() for survey_id in small_survey_ids)
    return Satisfaction(sum(counts[value] for value in SATISFIED_VALUES), counts.total(), target, left_out)


def list_hidden_survey_ids(session: Session, surveys: Sequence[Survey]) -> set[int]:
    """Return the ids of anonymous surveys of which too few responses, or too few with the overall question, may be shown."""
    anonymous_ids = [survey.id for survey in surveys if survey.anonymous]
    if not anonymous_ids:
        return set()
    has_answer = AnonymousResponse.answers[OVERALL_KEY].as_string().is_not(None)
    statement = select(
        AnonymousResponse.survey_id, has_answer, AnonymousResponse.entered_by_organizer, func.count()
    ).where(AnonymousResponse.survey_id.in_(anonymous_ids))
    rows = session.execute(statement.group_by(text("1"), text("2"), text("3")))
    return find_hidden_survey_ids(
        (survey_id, bool(answered), bool(entered), number) for survey_id, answered, entered, number in rows
    )


def find_hidden_survey_ids(responses: Iterable[tuple[int, bool, bool, int]]) -> set[int]:
    """Return the anonymous surveys that have to be hidden, by id.

    Of each come the survey, whether the overall question is answered, whether an organizer entered it, and how many are so.
    """
    groups: dict[tuple[int, bool], Counter[bool]] = defaultdict(Counter)
    for survey_id, answered, entered, number in responses:
        for group in {False, answered}:
            groups[survey_id, group][entered] += number
    return {
        survey_id
        for (survey_id, _group), counts in groups.items()
        if GroupSize(counts.total(), counts[False]).is_too_small
    }


def list_visible_surveys(session: Session, scope: Project | Activity) -> list[Survey]:
    """Return the surveys of a project or activity whose answers may be read: with names, or sealed."""
    statement = select(Survey).join(Seminar, Seminar.id == Survey.seminar_id)
    if isinstance(scope, Activity):
        statement = statement.where(Seminar.activity_id == scope.id)
    else:
        activities = select(Activity.id).join(Task, Task.id == Activity.task_id).where(Task.project_id == scope.id)
        statement = statement.where(Seminar.activity_id.in_(activities))
    return list(session.scalars(statement.where(or_(~Survey.anonymous, Survey.sealed_at.is_not(None)))))


def count_overall_answers(
    session: Session,
    surveys: Sequence[Survey],
    answered_until: datetime | None = None,
    surviving_ids: Mapping[int, int] | None = None,
) -> dict[int, Counter[AnswerValue]]:
    """Return the counts of the overall question by survey id; counted by the database.

    Responses with names given after `answered_until` don't count. `surviving_ids` maps merged registrations to the surviving
    ones; read from the database if not given.
    """
    asking_versions = select(SurveyVersion).where(SurveyVersion.survey_id.in_([survey.id for survey in surveys]))
    versions = [
        version.id
        for version in session.scalars(asking_versions)
        if any(is_overall_question(question) for question in list_version_questions(version))
    ]
    duplicate_ids = list_duplicate_response_ids(session, surveys, surviving_ids)
    counts_by_survey: dict[int, Counter[AnswerValue]] = {}
    for table in (SurveyResponse, AnonymousResponse):
        value = table.answers[OVERALL_KEY].as_string().label("value")
        statement = select(table.survey_id, value, func.count()).where(table.version_id.in_(versions))
        if table is SurveyResponse:
            statement = statement.where(SurveyResponse.id.not_in(duplicate_ids))
            if answered_until is not None:
                statement = statement.where(SurveyResponse.answered_at <= answered_until)
        for survey_id, answer, number in session.execute(statement.group_by(table.survey_id, text("value"))):
            if answer is not None:
                counts_by_survey.setdefault(survey_id, Counter())[int(answer)] += number
    return counts_by_survey
