"""Results in words: the lines of an item's table and chart, in the language of the page or document being made."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from babel.numbers import format_decimal

from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.surveys.answering.forms import SCALES
from trainer.surveys.models import Survey
from trainer.surveys.questions.model import SCALED, QuestionKind
from trainer.surveys.results.aggregation import FEWEST, SATISFIED, Item, Results, Satisfaction
from trainer.surveys.results.learning_gain import Pairs
from trainer.surveys.results.statistics import Band

MOST_BARS = 12
"""As many different numbers are shown one by one; more are put together."""
GROUPS = 8


@dataclass(frozen=True)
class Line:
    """An answer and how many gave it; `good` where it is one of the two best, or right."""

    label: str
    count: int
    good: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a matrix: how often each value from 5 down to 1 was given; None where too few may be shown."""

    label: str
    counts: tuple[int, ...] | None

    @property
    def answered(self) -> int:
        return sum(self.counts or ())

    @property
    def good(self) -> int:
        """How many gave one of the two best answers."""
        return sum((self.counts or ())[:2])

    @property
    def comparable(self) -> bool:
        """Whether enough answered to compare the row with others."""
        return self.answered >= FEWEST


def lines_of(item: Item) -> list[Line]:
    """Give an item's answers with how many gave each, in the order in which they were offered."""
    kind, counts = item.question.kind, item.counts
    if kind in SCALED:
        return [Line(str(words), counts.get(value, 0), value in SATISFIED) for value, words in SCALES[kind].items()]
    if kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        return [Line(each.text.to(language()), counts.get(each.key, 0), each.right) for each in item.question.choices]
    if kind == QuestionKind.YES_NO:
        return [Line(_("Yes"), counts.get(True, 0), True), Line(_("No"), counts.get(False, 0))]
    numbers = {int(value): number for value, number in counts.items()}
    if kind == QuestionKind.NPS:
        return [Line(str(value), numbers.get(value, 0), value >= 9) for value in range(10, -1, -1)]
    return number_lines(numbers)


def number_lines(counts: Mapping[int, int]) -> list[Line]:
    """Give numbers with how often each was said, in equal groups where they are many."""
    if len(counts) <= MOST_BARS:
        return [Line(str(value), counts[value]) for value in sorted(counts)]
    least, most = min(counts), max(counts)
    step = -(-(most - least + 1) // GROUPS)
    edges = [*range(least, most + 1, step), least + step * -(-(most - least + 1) // step)]
    return [
        Line(
            f"{first}–{end - 1}" if end - first > 1 else f"{first}",
            sum(number for value, number in counts.items() if first <= value < end),
        )
        for first, end in pairwise(edges)
    ]


def rows_of(item: Item) -> list[Row]:
    """Give the rows of a matrix."""
    return [
        Row(
            each.text.to(language()),
            tuple(item.rows[each.key].get(value, 0) for value in scale_of(item)) if each.key in item.rows else None,
        )
        for each in item.question.rows
    ]


def scale_of(item: Item) -> dict[int, str]:
    """Give the words of a matrix's scale, from 5 down to 1."""
    return {value: str(words) for value, words in SCALES[item.question.scale].items()}


def has_chart(item: Item) -> bool:
    """Whether there is anything to draw."""
    return bool(item.counts) or any(item.rows.values())


def decimal(value: Fraction | float) -> str:
    """Write a number with as many decimals as it has, at most two and never rounded up."""
    return str(format_decimal(int(value * 100) / 100, format="#,##0.##", locale=language()))


def signed(value: int) -> str:
    """Write a whole number with its sign."""
    return f"+{value}" if value > 0 else f"{value}".replace("-", "−")


def pairs_in_words(pairs: Pairs) -> str:
    """Say what the pairs of two tests tell, or why they are not shown; nothing where there are none."""
    if pairs.told:
        return gain_in_words(pairs)
    if not pairs.anonymous:
        return ""
    if pairs.few:
        return _("Fewer than five people have written both tests, so their results are not shown.")
    return _("The results in both tests are not shown: the few other results could be computed from them.")


def gain_in_words(pairs: Pairs) -> str:
    """Say how large the gain of a class is; a loss and a class that knew everything are said plainly."""
    if pairs.band is None:
        return _("Everybody knew everything before the seminar: there was nothing to gain.")
    if pairs.band == Band.LOSS:
        known = pairs.change or Fraction()
        said = _("After the seminar fewer answers were right than before: this is a loss, not a gain.")
        return f"{said} " + _("Mean normalised change (Marx, Cummings 2007): %(change)s.", change=decimal(known))
    return {
        Band.LOW: _("The gain is low."),
        Band.MEDIUM: _("The gain is medium."),
        Band.HIGH: _("The gain is high."),
    }[pairs.band]


def withheld(survey: Survey, found: Results) -> str:
    """Say why the answers to an anonymous survey are not shown; nothing where they are."""
    if not found.few:
        return ""
    if survey.sealed_at is not None:
        return _(
            "The survey is anonymous and has fewer than five answers. So that nobody is recognised, they are not shown."
        )
    if survey.closed_at is None:
        return _(
            "The survey is anonymous: what was answered is shown when the survey is closed. "
            "Until then only who has answered is known."
        )
    return _(
        "The survey is being closed: the answers are shuffled so that nobody can tell whose they are. "
        "Please look again in a few minutes."
    )


def project_in_words(project: Satisfaction) -> str:
    """Say what the project's figure counts, and what it leaves out."""
    said = _("Satisfied overall, over all surveys of the project.")
    if not project.left_out:
        return said
    return f"{said} " + ngettext(
        "%(num)d answer of anonymous surveys with fewer than five answers is left out.",
        "%(num)d answers of anonymous surveys with fewer than five answers are left out.",
        project.left_out,
    )


def documents() -> list[tuple[str, str]]:
    """Name the documents of a survey, by the endpoints that give them."""
    return [
        ("report_pdf", _("Report on the survey (PDF)")),
        ("questionnaires_pdf", _("Copies of the completed questionnaires (PDF)")),
        ("contacts_pdf", _("Contacts of the respondents (PDF)")),
        ("contacts_xlsx", _("Contacts of the respondents (XLSX)")),
        ("answers_xlsx", _("Answers as a table (XLSX)")),
        ("answers_csv", _("Answers as a table (CSV)")),
    ]
