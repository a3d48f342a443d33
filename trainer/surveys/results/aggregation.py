"""Aggregated results: every question of a survey counted over all its versions, from the answers alone."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from trainer.surveys.answers import VersionAnswers, list_version_answers
from trainer.surveys.models import Survey
from trainer.surveys.questions.model import OVERALL_KEY, TEXT_KINDS, Choice, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.results.small_groups import GroupSize
from trainer.surveys.results.statistics import is_percent_reached

SATISFIED_VALUES = (4, 5)
"""The values of the five-point scale that count as satisfied."""
QuestionIdentity = tuple[str, SurveyQuestionKind, SurveyQuestionKind]
AnswerValue = int | str | bool


@dataclass(frozen=True)
class QuestionResults:
    """A question and the answers to it, over all versions that ask it with the same key, kind and scale."""

    question: SurveyQuestion
    name: str
    """Identifies the results in URLs.

    The key of the question, with a number appended where an older version used the same key for a different kind or scale.
    """
    asked_count: int
    """Number of responses to versions that contain the question."""
    answered_count: int
    value_counts: Mapping[AnswerValue, int] = field(default_factory=dict)
    row_counts: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """For a matrix: number of answers by value, by row key."""
    texts: tuple[str, ...] = ()
    is_current: bool = True
    """True if the newest version contains the question."""
    is_hidden: bool = False
    """True if there are too few anonymous answers to show them."""
    hidden_rows: frozenset[str] = frozenset()
    """For a matrix: the keys of the rows with too few anonymous answers to show them."""
    is_shown_by_response: bool = True
    """False if the question may not stand in rows of single responses: it is hidden, or was not asked of a small group."""

    @property
    def unanswered_count(self) -> int:
        """Return how many responses have no answer, because it was skipped or the question was not shown."""
        return self.asked_count - self.answered_count

    @property
    def satisfied_count(self) -> int:
        """Return how many chose one of the two best values of five."""
        return sum(self.value_counts.get(value, 0) for value in SATISFIED_VALUES)


@dataclass(frozen=True)
class Satisfaction:
    """How many of those who answered the overall question are satisfied, and the target percentage.

    `excluded_count` is the number of answers to anonymous surveys with too few answers to include them.
    """

    satisfied_count: int
    answered_count: int
    target: int
    excluded_count: int = 0

    @property
    def is_target_reached(self) -> bool:
        """Return True if the share of satisfied reaches the target, compared in whole numbers."""
        return is_percent_reached(self.satisfied_count, self.answered_count, self.target)


@dataclass(frozen=True)
class SurveyResults:
    """The results of a survey; no questions if there are too few anonymous responses."""

    response_count: int
    question_results: tuple[QuestionResults, ...]
    satisfaction: Satisfaction | None = None
    """Results of the overall question; None if the survey does not ask it, nobody answered it, or it is hidden."""
    is_too_few: bool = False
    """True if there are too few anonymous responses to show any results."""

    @property
    def overall_results(self) -> QuestionResults | None:
        """Return the results of the overall satisfaction question; None if there are none or they are hidden."""
        return next(
            (item for item in self.question_results if is_overall_question(item.question) and not item.is_hidden), None
        )

    def find_question_results(self, name: str) -> QuestionResults | None:
        """Return the results with a name; None for an unknown name."""
        return next((item for item in self.question_results if item.name == name), None)


def aggregate_results(session: Session, survey: Survey) -> SurveyResults:
    """Return the results of a survey over all its versions."""
    return aggregate_versions(list_version_answers(session, survey), survey)


def aggregate_versions(versions: Sequence[VersionAnswers], survey: Survey) -> SurveyResults:
    """Return the results of the given answers: questions of the newest version first, then those no longer asked."""
    responses = measure_group(versions)
    response_count = responses.total
    if survey.anonymous and (not response_count or responses.is_too_small):
        return SurveyResults(response_count, (), is_too_few=True)
    items = tuple(aggregate_questions(versions, survey.anonymous, responses))
    results = SurveyResults(response_count, items)
    overall = results.overall_results
    if overall is None or not overall.answered_count:
        return results
    return replace(results, satisfaction=Satisfaction(overall.satisfied_count, overall.answered_count, survey.target))


def measure_group(versions: Iterable[VersionAnswers], key: str = "", row_key: str = "") -> GroupSize:
    """Return the number of responses to these versions, or of those with an answer to a question or to a matrix row."""
    versions = list(versions)
    total, entered = (
        sum(
            not key or (key in answers and (not row_key or row_key in answers[key]))
            for answers_of_version in group
            for answers in answers_of_version
        )
        for group in (
            [version.answers for version in versions],
            [version.entered_answers for version in versions],
        )
    )
    return GroupSize(total, total - entered)


def list_question_identities(versions: Iterable[VersionAnswers]) -> list[QuestionIdentity]:
    """Return the distinct questions of the versions, each by key, kind and scale, in order of appearance."""
    return list(
        dict.fromkeys(
            get_question_identity(question)
            for version in versions
            for question in version.questions
            if is_answerable(question)
        )
    )


def get_question_identity(question: SurveyQuestion) -> QuestionIdentity:
    """Return what makes questions of different versions the same: key, kind and scale."""
    return question.key, question.kind, question.scale


def is_answerable(question: SurveyQuestion) -> bool:
    """Return False for a section heading."""
    return question.kind != SurveyQuestionKind.SECTION


def is_overall_question(question: SurveyQuestion) -> bool:
    """Return True for the question on overall satisfaction."""
    return question.key == OVERALL_KEY and question.kind == SurveyQuestionKind.SATISFACTION


def aggregate_questions(
    versions: Sequence[VersionAnswers], anonymous: bool, responses: GroupSize
) -> Iterator[QuestionResults]:
    """Yield the results of every question; the versions are given newest first, with the number of all their responses."""
    names: Counter[str] = Counter()
    for identity in list_question_identities(versions):
        key = identity[0]
        names[key] += 1
        name = key if names[key] == 1 else f"{key}-{names[key]}"
        asking_versions = [
            (version, question)
            for version in versions
            for question in version.questions
            if get_question_identity(question) == identity
        ]
        answers = [
            answers[key] for version, _question in asking_versions for answers in version.answers if key in answers
        ]
        item = QuestionResults(
            question=merge_question_versions([question for _each, question in asking_versions]),
            name=name,
            asked_count=sum(len(version.answers) for version, _question in asking_versions),
            answered_count=len(answers),
            is_current=asking_versions[0][0] is versions[0],
        )
        if anonymous:
            item = hide_small_groups(item, [version for version, _question in asking_versions], responses)
        yield add_texts(item, answers, anonymous) if identity[1] in TEXT_KINDS else add_value_counts(item, answers)


def hide_small_groups(
    item: QuestionResults, versions: Sequence[VersionAnswers], responses: GroupSize
) -> QuestionResults:
    """Return the results of an anonymous question with what must be hidden; `versions` are those that ask it."""
    key, asked = item.question.key, measure_group(versions)
    is_hidden = measure_group(versions, key).is_too_small
    not_asked = GroupSize(responses.total - asked.total, responses.by_respondents - asked.by_respondents)
    return replace(
        item,
        is_hidden=is_hidden,
        hidden_rows=frozenset(
            row.key for row in item.question.rows if measure_group(versions, key, row.key).is_too_small
        ),
        is_shown_by_response=not is_hidden and not not_asked.is_too_small,
    )


def merge_question_versions(question_versions: Sequence[SurveyQuestion]) -> SurveyQuestion:
    """Return the newest question with the choices and rows of all its versions."""
    choices = {choice.key: choice for question in reversed(question_versions) for choice in question.choices}
    rows = {row.key: row for question in reversed(question_versions) for row in question.rows}
    newest = question_versions[0]
    return replace(newest, choices=merge_choices(newest.choices, choices), rows=merge_choices(newest.rows, rows))


def merge_choices(newest: Sequence[Choice], choices_by_key: Mapping[str, Choice]) -> tuple[Choice, ...]:
    """Return the choices of the newest version, followed by those that only older versions had."""
    keys = {choice.key for choice in newest}
    return (*newest, *(choice for key, choice in choices_by_key.items() if key not in keys))


def add_texts(item: QuestionResults, answers: Sequence[str], anonymous: bool) -> QuestionResults:
    """Return the results with the given texts, shuffled if anonymous; personal codes are left out."""
    if item.is_hidden or item.question.kind == SurveyQuestionKind.CODE:
        return item
    return replace(item, texts=tuple(shuffle_texts(answers, item.name) if anonymous else answers))


def shuffle_texts(texts: Iterable[str], seed: str) -> list[str]:
    """Return the texts in an order that depends only on them and the seed, so that every request shows the same."""
    shuffled_texts = sorted(texts)
    random.Random(seed).shuffle(shuffled_texts)  # noqa: S311  # not a secret: it only hides the order of answering
    return shuffled_texts


def add_value_counts(item: QuestionResults, answers: Sequence[Any]) -> QuestionResults:
    """Return the results with the answers counted; what is hidden is left out."""
    if item.is_hidden:
        return item
    if item.question.kind == SurveyQuestionKind.MATRIX:
        rows = {
            row.key: Counter(answer[row.key] for answer in answers if row.key in answer)
            for row in item.question.rows
            if row.key not in item.hidden_rows
        }
        return replace(item, row_counts=rows)
    if item.question.kind == SurveyQuestionKind.MULTIPLE:
        return replace(item, value_counts=Counter(key for answer in answers for key in answer))
    return replace(item, value_counts=Counter(answers))
