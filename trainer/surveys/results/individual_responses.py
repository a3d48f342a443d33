"""The responses of a survey one by one, as they are copied and handed out: with names, or with nothing that tells whose they are."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.surveys.deduplication import by_registration
from trainer.surveys.models import AnonymousResponse, Survey
from trainer.surveys.paper.completed_form import Questionnaire
from trainer.surveys.responses import questions_of
from trainer.surveys.results.aggregation import FEWEST, any_few
from trainer.surveys.results.response_rate import people


class NotShown(Exception):
    """The answers of an anonymous survey may not be looked at one by one: it is not closed and sealed, or has fewer than five."""


def collected(session: Session, survey: Survey) -> list[Questionnaire]:
    """Give the responses of a survey: by name, or of an anonymous one in the order of their random keys. Raises NotShown."""
    if survey.id is None:
        return []
    return without_names(session, survey) if survey.anonymous else with_names(session, survey)


def with_names(session: Session, survey: Survey) -> list[Questionnaire]:
    """Give the responses in the order of the Kazakh alphabet."""
    questions = {each.id: questions_of(each) for each in survey.versions}
    found = by_registration(session, survey)
    zone = survey.seminar.zone
    return [
        Questionnaire(
            questions[found[each.id].version_id],
            found[each.id].answers,
            found[each.id].on_paper,
            each.person.full_name,
            found[each.id].answered_at.astimezone(zone).date(),
        )
        for each in people(session, found)
    ]


def without_names(session: Session, survey: Survey) -> list[Questionnaire]:
    """Give the responses in no order. Raises NotShown."""
    if survey.sealed_at is None:
        raise NotShown
    questions = {each.id: questions_of(each) for each in survey.versions}
    wanted = select(AnonymousResponse).where(AnonymousResponse.survey_id == survey.id)
    found = list(session.scalars(wanted.order_by(AnonymousResponse.id)))
    if len(found) < FEWEST:
        raise NotShown
    told = papers_told([each.on_paper for each in found])
    return [Questionnaire(questions[each.version_id], each.answers, told and each.on_paper) for each in found]


def papers_told(on_paper: Sequence[bool]) -> bool:
    """Whether one may say which responses without a name were on paper: not where those, or the others, are so few that they are known."""
    papers = sum(on_paper)
    return not any_few([papers, len(on_paper) - papers])
