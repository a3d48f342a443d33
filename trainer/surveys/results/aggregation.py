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
from trainer.surveys.results.statistics import is_percent_reached

MIN_GROUP_SIZE = 5
"""Smaller groups of anonymous answers are not shown, and matrix rows with fewer answers are not compared."""
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


def has_small_group(group_sizes: Iterable[int]) -> bool:
    """Return True if a group has 1 to 4 members, so that its figures would reveal individual answers."""
    return any(0 < size < MIN_GROUP_SIZE for size in group_sizes)


def aggregate_results(session: Session, survey: Survey) -> SurveyResults:
    """Return the results of a survey over all its versions."""
    return aggregate_versions(list_version_answers(session, survey), survey)


def aggregate_versions(versions: Sequence[VersionAnswers], survey: Survey) -> SurveyResults:
    """Return the results of the given answers: questions of the newest version first, then those no longer asked."""
    response_count = sum(len(version.answers) for version in versions)
    if survey.anonymous and response_count < MIN_GROUP_SIZE:
        return SurveyResults(response_count, (), is_too_few=True)
    items = tuple(aggregate_questions(versions, survey.anonymous))
    results = SurveyResults(response_count, items)
    overall = results.overall_results
    if overall is None or not overall.answered_count:
        return results
    return replace(results, satisfaction=Satisfaction(overall.satisfied_count, overall.answered_count, survey.target))


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


def aggregate_questions(versions: Sequence[VersionAnswers], anonymous: bool) -> Iterator[QuestionResults]:
    """Yield the results of every question; the versions are given newest first."""
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
            is_hidden=anonymous and has_small_group([len(answers)]),
        )
        yield (
            add_texts(item, answers, anonymous)
            if identity[1] in TEXT_KINDS
            else add_value_counts(item, answers, anonymous)
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
    if item.question.kind == SurveyQuestionKind.CODE:
        return replace(item, is_hidden=False)
    return replace(item, is_hidden=False, texts=tuple(shuffle_texts(answers, item.name) if anonymous else answers))


def shuffle_texts(texts: Iterable[str], seed: str) -> list[str]:
    """Return the texts in an order that depends only on them and the seed, so that every request shows the same."""
    shuffled_texts = sorted(texts)
    random.Random(seed).shuffle(shuffled_texts)  # noqa: S311  # not a secret: it only hides the order of answering
    return shuffled_texts


def add_value_counts(item: QuestionResults, answers: Sequence[Any], anonymous: bool) -> QuestionResults:
    """Return the results with the answers counted; groups that must not be shown are left out."""
    if item.is_hidden:
        return item
    if item.question.kind == SurveyQuestionKind.MATRIX:
        rows = {
            row.key: Counter(answer[row.key] for answer in answers if row.key in answer) for row in item.question.rows
        }
        shown_rows = {
            key: counts for key, counts in rows.items() if not (anonymous and has_small_group([counts.total()]))
        }
        return replace(item, row_counts=shown_rows)
    if item.question.kind == SurveyQuestionKind.MULTIPLE:
        return replace(item, value_counts=Counter(key for answer in answers for key in answer))
    return replace(item, value_counts=Counter(answers))
