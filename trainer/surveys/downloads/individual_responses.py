"""Single responses of a survey for copies and tables, with names or without anything that identifies a person."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.deduplication import map_responses_by_registration
from trainer.surveys.models import AnonymousResponse, Survey
from trainer.surveys.paper.completed_form import CompletedQuestionnaire
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.surveys.results.aggregation import (
    QuestionResults,
    SurveyResults,
    aggregate_results,
    get_question_identity,
)
from trainer.surveys.results.response_rate import list_respondents_by_name


class ResponsesWithheld(Exception):
    """The single responses of an anonymous survey must not be shown: it is not sealed or has fewer than five."""


@dataclass(frozen=True)
class IndividualResponses:
    """All responses to a survey, the results of the questions in their tables, and of those that are left out."""

    questionnaires: Sequence[CompletedQuestionnaire]
    items: Sequence[QuestionResults]
    left_out_items: Sequence[QuestionResults] = ()


def list_individual_responses(session: Session, survey: Survey) -> IndividualResponses:
    """Return all responses, by name or, if anonymous, in order of their random keys. Raises ResponsesWithheld."""
    results = aggregate_results(session, survey)
    if survey.anonymous:
        return list_anonymous_responses(session, survey, results)
    return IndividualResponses(list_named_responses(session, survey), results.question_results)


def list_completed_questionnaires(session: Session, survey: Survey) -> Sequence[CompletedQuestionnaire]:
    """Return all responses as questionnaires, in the order of `list_individual_responses`. Raises ResponsesWithheld."""
    if survey.anonymous:
        return list_anonymous_responses(session, survey, aggregate_results(session, survey)).questionnaires
    return list_named_responses(session, survey)


def list_named_responses(session: Session, survey: Survey) -> list[CompletedQuestionnaire]:
    """Return the responses of a survey with names in Kazakh order of the names."""
    if survey.id is None:
        return []
    questions = {version.id: list_version_questions(version) for version in survey.versions}
    responses = map_responses_by_registration(session, survey)
    zone = survey.seminar.zone
    return [
        CompletedQuestionnaire(
            questions[response.version_id],
            response.answers,
            response.on_paper,
            respondent.full_name,
            response.answered_at.astimezone(zone).date(),
        )
        for respondent in list_respondents_by_name(session, responses)
        for response in (responses[respondent.registration_id],)
    ]


def list_anonymous_responses(session: Session, survey: Survey, results: SurveyResults) -> IndividualResponses:
    """Return the responses of an anonymous survey in order of their random keys. Raises ResponsesWithheld.

    They have what the guard on small groups lets through, and all have the same questions, so that nothing tells which
    version a response answered or which one came on paper.
    """
    if survey.sealed_at is None or results.is_too_few:
        raise ResponsesWithheld
    shown = {
        get_question_identity(item.question): item for item in results.question_results if item.is_shown_by_response
    }
    shown_names = {item.name for item in shown.values()}
    items = [replace(item, question=build_shown_question(item, shown_names)) for item in shown.values()]
    questions = list(list_shown_questions(survey, results, items))
    version_items = {
        version.id: [
            shown[identity]
            for identity in map(get_question_identity, list_version_questions(version))
            if identity in shown
        ]
        for version in survey.versions
    }
    columns = AnonymousResponse.version_id, AnonymousResponse.answers
    statement = select(*columns).where(AnonymousResponse.survey_id == survey.id)
    questionnaires = [
        CompletedQuestionnaire(questions, select_shown_answers(version_items[response.version_id], response.answers))
        for response in session.execute(statement.order_by(AnonymousResponse.id))
    ]
    left_out = [item for item in results.question_results if not item.is_shown_by_response]
    return IndividualResponses(questionnaires, items, left_out)


def build_shown_question(item: QuestionResults, shown_names: Collection[str]) -> SurveyQuestion:
    """Return the question of a result as all anonymous copies print it: its key is the name, and hidden rows are missing.

    It keeps its condition only if the newest version asks it and the question that the condition names is shown.
    """
    question = remove_unshown_condition(item.question, shown_names if item.is_current else ())
    rows = tuple(row for row in question.rows if row.key not in item.hidden_rows)
    return replace(question, key=item.name, rows=rows)


def remove_unshown_condition(question: SurveyQuestion, shown_names: Collection[str]) -> SurveyQuestion:
    """Return a question or heading without its condition if that names a question which is not shown."""
    is_shown = question.show_if is None or question.show_if.question_key in shown_names
    return question if is_shown else replace(question, show_if=None)


def list_shown_questions(
    survey: Survey, results: SurveyResults, items: Sequence[QuestionResults]
) -> Iterator[SurveyQuestion]:
    """Yield the questions of anonymous copies: those of the newest version with its headings, then those no longer asked."""
    questions = {item.name: item.question for item in items}
    names = {get_question_identity(item.question): item.name for item in results.question_results}
    newest = list_version_questions(survey.current_version)
    for question in newest:
        if question.kind == SurveyQuestionKind.SECTION:
            yield remove_unshown_condition(question, questions)
        elif names[get_question_identity(question)] in questions:
            yield questions[names[get_question_identity(question)]]
    yield from (item.question for item in items if not item.is_current)


def select_shown_answers(items: Sequence[QuestionResults], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers to these questions by the names of the results, without hidden rows of a matrix."""
    shown_answers = {}
    for item in items:
        answer = answers.get(item.question.key)
        if item.question.kind == SurveyQuestionKind.MATRIX and answer:
            answer = {row_key: value for row_key, value in answer.items() if row_key not in item.hidden_rows} or None
        if answer is not None:
            shown_answers[item.name] = answer
    return shown_answers
