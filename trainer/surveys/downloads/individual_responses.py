"""Single responses of a survey for copies and tables, with names or without anything that identifies a person."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.deduplication import map_responses_by_registration
from trainer.surveys.models import AnonymousResponse, Survey
from trainer.surveys.paper.completed_form import CompletedQuestionnaire
from trainer.surveys.results.aggregation import MIN_GROUP_SIZE, has_small_group
from trainer.surveys.results.response_rate import list_registrations_by_name


class ResponsesWithheld(Exception):
    """The single responses of an anonymous survey must not be shown: it is not sealed or has fewer than five."""


def list_individual_responses(session: Session, survey: Survey) -> list[CompletedQuestionnaire]:
    """Return all responses, by name or, if anonymous, in order of their random keys. Raises ResponsesWithheld."""
    if survey.id is None:
        return []
    return list_anonymous_responses(session, survey) if survey.anonymous else list_named_responses(session, survey)


def list_named_responses(session: Session, survey: Survey) -> list[CompletedQuestionnaire]:
    """Return the responses of a survey with names in Kazakh order of the names."""
    questions = {version.id: list_version_questions(version) for version in survey.versions}
    responses = map_responses_by_registration(session, survey)
    zone = survey.seminar.zone
    return [
        CompletedQuestionnaire(
            questions[responses[registration.id].version_id],
            responses[registration.id].answers,
            responses[registration.id].on_paper,
            registration.person.full_name,
            responses[registration.id].answered_at.astimezone(zone).date(),
        )
        for registration in list_registrations_by_name(session, responses)
    ]


def list_anonymous_responses(session: Session, survey: Survey) -> list[CompletedQuestionnaire]:
    """Return the responses of an anonymous survey in order of their random keys. Raises ResponsesWithheld."""
    if survey.sealed_at is None:
        raise ResponsesWithheld
    questions = {version.id: list_version_questions(version) for version in survey.versions}
    statement = select(AnonymousResponse).where(AnonymousResponse.survey_id == survey.id)
    responses = list(session.scalars(statement.order_by(AnonymousResponse.id)))
    if len(responses) < MIN_GROUP_SIZE:
        raise ResponsesWithheld
    can_reveal_paper = can_reveal_paper_responses([response.on_paper for response in responses])
    return [
        CompletedQuestionnaire(questions[response.version_id], response.answers, can_reveal_paper and response.on_paper)
        for response in responses
    ]


def can_reveal_paper_responses(on_paper: Sequence[bool]) -> bool:
    """Return True if anonymous responses may be marked as paper responses.

    False if the paper responses, or the others, are so few that the mark would identify people.
    """
    paper_count = sum(on_paper)
    return not has_small_group([paper_count, len(on_paper) - paper_count])
