"""The answers to a survey without their respondents, by version."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.deduplication import list_duplicate_response_ids
from trainer.surveys.models import AnonymousResponse, Survey, SurveyResponse
from trainer.surveys.questions.model import SurveyQuestion

AnswersByKey = Mapping[str, Any]


@dataclass(frozen=True)
class VersionAnswers:
    """All answers to one version of a survey."""

    version_number: int
    questions: Sequence[SurveyQuestion]
    answers: Sequence[AnswersByKey]
    entered_answers: Sequence[AnswersByKey] = ()
    """Those of the answers to an anonymous survey that an organizer entered."""


def list_version_answers(session: Session, survey: Survey) -> list[VersionAnswers]:
    """Return the answers by version, newest version first; the current version also without answers."""
    given, entered = (
        load_answers_by_version(session, survey, entered_by_organizer=flag) if survey.anonymous or not flag else {}
        for flag in (False, True)
    )
    return [
        VersionAnswers(
            version.number,
            list_version_questions(version),
            [*given.get(version.id, ()), *entered.get(version.id, ())],
            entered.get(version.id, ()),
        )
        for version in reversed(survey.versions)
        if version.id in given or version.id in entered or version is survey.current_version
    ]


def load_answers_by_version(
    session: Session, survey: Survey, *, entered_by_organizer: bool = False
) -> dict[int, list[AnswersByKey]]:
    """Return answers to a survey by version id, in order of answering or, if anonymous, in random order.

    For an anonymous survey these are the answers that an organizer entered, or those that respondents gave; none before it is
    sealed. With names, duplicates of merged registrations are left out; without names they can't be recognised. The database
    joins the JSON texts of each version into one, which is parsed at once.
    """
    if survey.id is None or (survey.anonymous and survey.sealed_at is None):
        return {}
    table = (AnonymousResponse if survey.anonymous else SurveyResponse).__table__
    duplicate_ids = set() if survey.anonymous else list_duplicate_response_ids(session, [survey])
    answers_by_version: dict[int, list[AnswersByKey]] = {}
    for version in survey.versions:
        statement = select(cast(table.c.answers, Text).label("answers")).where(
            table.c.survey_id == survey.id, table.c.id.not_in(duplicate_ids)
        )
        if survey.anonymous:
            statement = statement.where(AnonymousResponse.entered_by_organizer == entered_by_organizer)
        ordered = statement.where(table.c.version_id == version.id).order_by(table.c.id).subquery()
        joined = session.scalar(select(func.aggregate_strings(ordered.c.answers, ",")))
        if joined:
            answers_by_version[version.id] = json.loads(f"[{joined}]")
    return answers_by_version


def list_all_answers(session: Session, survey: Survey) -> list[AnswersByKey]:
    """Return the answers of all responses to a survey, whatever the version."""
    return [answers for version in list_version_answers(session, survey) for answers in version.answers]
