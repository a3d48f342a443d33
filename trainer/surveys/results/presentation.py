"""Results in words and table rows, in the active language."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from babel.numbers import format_decimal

from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.surveys.models import Survey
from trainer.surveys.questions.labels import SCALE_ANSWER_LABELS
from trainer.surveys.questions.model import SCALE_KINDS, SurveyQuestionKind
from trainer.surveys.results.aggregation import (
    SATISFIED_VALUES,
    QuestionResults,
    Satisfaction,
    SurveyResults,
)
from trainer.surveys.results.paired_scores import PairedScores
from trainer.surveys.results.small_groups import MIN_GROUP_SIZE
from trainer.surveys.results.statistics import GainBand

MAX_NUMBER_BARS = 12
"""Up to this many different numbers each get a bar; more are grouped."""
NUMBER_GROUP_COUNT = 8


@dataclass(frozen=True)
class AnswerCount:
    """An answer and how many chose it; `is_good` for a correct answer or one of the two best values."""

    label: str
    count: int
    is_good: bool = False


@dataclass(frozen=True)
class MatrixRowCounts:
    """A matrix row with the counts of the values from 5 down to 1; None if too few anonymous answers may be shown."""

    label: str
    counts: tuple[int, ...] | None

    @property
    def answered_count(self) -> int:
        """Return the number of answers."""
        return sum(self.counts or ())

    @property
    def good_count(self) -> int:
        """Return how many chose one of the two best values."""
        return sum((self.counts or ())[:2])

    @property
    def is_comparable(self) -> bool:
        """Return True if there are enough answers to compare the row with others."""
        return self.answered_count >= MIN_GROUP_SIZE


def list_answer_counts(item: QuestionResults) -> list[AnswerCount]:
    """Return the answers to a question with their counts, in the order in which they were offered."""
    kind, counts = item.question.kind, item.value_counts
    if kind in SCALE_KINDS:
        return [
            AnswerCount(str(label), counts.get(value, 0), value in SATISFIED_VALUES)
            for value, label in SCALE_ANSWER_LABELS[kind].items()
        ]
    if kind in (SurveyQuestionKind.SINGLE, SurveyQuestionKind.MULTIPLE):
        return [
            AnswerCount(choice.text.get_text(get_page_language()), counts.get(choice.key, 0), choice.is_correct)
            for choice in item.question.choices
        ]
    if kind == SurveyQuestionKind.YES_NO:
        return [AnswerCount(_("Yes"), counts.get(True, 0), True), AnswerCount(_("No"), counts.get(False, 0))]
    numbers = {int(value): number for value, number in counts.items()}
    if kind == SurveyQuestionKind.NPS:
        return [AnswerCount(str(value), numbers.get(value, 0), value >= 9) for value in range(10, -1, -1)]
    return group_number_counts(numbers)


def group_number_counts(counts: Mapping[int, int]) -> list[AnswerCount]:
    """Return the counts of numbers, in groups of equal size if there are many different ones."""
    if len(counts) <= MAX_NUMBER_BARS:
        return [AnswerCount(str(value), counts[value]) for value in sorted(counts)]
    minimum, maximum = min(counts), max(counts)
    group_size = -(-(maximum - minimum + 1) // NUMBER_GROUP_COUNT)
    edges = [*range(minimum, maximum + 1, group_size), minimum + group_size * -(-(maximum - minimum + 1) // group_size)]
    return [
        AnswerCount(
            f"{start}–{end - 1}" if end - start > 1 else f"{start}",
            sum(number for value, number in counts.items() if start <= value < end),
        )
        for start, end in pairwise(edges)
    ]


def list_matrix_rows(item: QuestionResults) -> list[MatrixRowCounts]:
    """Return the rows of a matrix with their counts."""
    return [
        MatrixRowCounts(
            row.text.get_text(get_page_language()),
            tuple(item.row_counts[row.key].get(value, 0) for value in get_scale_labels(item))
            if row.key in item.row_counts
            else None,
        )
        for row in item.question.rows
    ]


def get_scale_labels(item: QuestionResults) -> dict[int, str]:
    """Return the labels of a matrix scale by value, from 5 down to 1."""
    return {value: str(label) for value, label in SCALE_ANSWER_LABELS[item.question.scale].items()}


def has_chart(item: QuestionResults) -> bool:
    """Return True if there are answers to draw."""
    return bool(item.value_counts) or any(item.row_counts.values())


def format_short_decimal(value: Fraction | float) -> str:
    """Return a number with at most two decimals, truncated so that it never looks larger than it is."""
    return str(format_decimal(int(value * 100) / 100, format="#,##0.##", locale=get_page_language()))


def format_signed_number(value: int) -> str:
    """Return a whole number with its sign."""
    return f"+{value}" if value > 0 else f"{value}".replace("-", "−")


def describe_paired_scores(pairs: PairedScores) -> str:
    """Return a sentence on the learning gain, or why it is not shown; empty if there are no pairs."""
    if pairs.can_be_shown:
        return describe_learning_gain(pairs)
    if not pairs.anonymous:
        return ""
    if pairs.is_too_few:
        return _("Fewer than five people took both tests, so their results are not shown.")
    return _(
        "The results of people who took both tests are not shown: the few remaining results could be worked out from "
        "them."
    )


def describe_learning_gain(pairs: PairedScores) -> str:
    """Return a sentence on the size of the gain, including a loss and the case that nothing could be gained."""
    if pairs.gain_band is None:
        return _("All answers were already correct before the seminar, so there is no gain to calculate.")
    if pairs.gain_band == GainBand.LOSS:
        mean_change = pairs.mean_change or Fraction()
        sentence = _("Fewer answers were correct after the seminar than before: this is a loss, not a gain.")
        return f"{sentence} " + _(
            "Mean normalised change (Marx, Cummings 2007): %(change)s.", change=format_short_decimal(mean_change)
        )
    return {
        GainBand.LOW: _("The gain is low."),
        GainBand.MEDIUM: _("The gain is medium."),
        GainBand.HIGH: _("The gain is high."),
    }[pairs.gain_band]


def explain_withheld_results(survey: Survey, results: SurveyResults) -> str:
    """Return why the results of an anonymous survey are not shown; empty if they are."""
    if not results.is_too_few:
        return ""
    if survey.sealed_at is not None:
        return _(
            "The survey is anonymous and has fewer than five answers that people gave themselves. The answers are not "
            "shown, so that no one can be identified."
        )
    if survey.closed_at is None:
        return _(
            "The survey is anonymous: the answers will be shown once it is closed. Until then you can only see who has "
            "answered."
        )
    return _(
        "The survey is being closed: the answers are being shuffled so that no one can tell whose they are. Check "
        "again in a few minutes."
    )


def describe_project_satisfaction(satisfaction: Satisfaction) -> str:
    """Return what the project's satisfaction figure counts and excludes."""
    sentence = _("Satisfied overall, across all surveys of the project.")
    if not satisfaction.excluded_count:
        return sentence
    return f"{sentence} " + ngettext(
        "%(num)d answer from anonymous surveys with fewer than five answers is left out.",
        "%(num)d answers from anonymous surveys with fewer than five answers are left out.",
        satisfaction.excluded_count,
    )


def list_survey_documents() -> list[tuple[str, str]]:
    """Return the downloads of a survey as pairs of view name and label."""
    return [
        ("download_survey_report", _("Survey report (PDF)")),
        ("download_questionnaires", _("Copies of the completed questionnaires (PDF)")),
        ("download_contacts_pdf", _("Respondents’ contacts (PDF)")),
        ("download_contacts_xlsx", _("Respondents’ contacts (XLSX)")),
        ("download_answers_xlsx", _("Answers as a table (XLSX)")),
        ("download_answers_csv", _("Answers as a table (CSV)")),
    ]
