"""The report on a survey as PDF: key figures, then every question with chart and numbers, and written answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from trainer.attendance.lists.wording import build_signer_fact
from trainer.documents.flow import (
    QUESTION_STYLE,
    SECTION_STYLE,
    SMALL_STYLE,
    Strip,
    build_gap,
    keep_together,
    set_drawing,
    set_text_strips,
)
from trainer.documents.page import COLOURS, MM
from trainer.documents.paper import DocumentHeading, build_signature_strip, render_document
from trainer.documents.table import Table
from trainer.documents.text_layout import TextStyle
from trainer.language import dates
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.surveys.catalogue import list_seminar_surveys
from trainer.surveys.checklists.results import ChecklistResults, summarise_checklist
from trainer.surveys.downloads.report_questions import (
    CHART_SCALE,
    format_part_of_total,
    lay_out_legend,
    lay_out_question_results,
    split_into_charts,
)
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.questions.model import SurveyQuestionKind
from trainer.surveys.results import charts, presentation
from trainer.surveys.results.aggregation import Satisfaction, SurveyResults, aggregate_results
from trainer.surveys.results.learning_gain import LearningGain, QuestionComparison, calculate_learning_gain
from trainer.surveys.results.response_rate import ResponseRate, calculate_response_rate
from trainer.surveys.results.satisfaction import calculate_satisfaction
from trainer.surveys.results.statistics import calculate_wilson_interval
from trainer.web.templating import format_percent

FIGURE_STYLE = TextStyle("serif", 19, COLOURS["brand"], 1.15)


@dataclass(frozen=True)
class ReportData:
    """The data of a report."""

    survey: Survey
    results: SurveyResults
    response_rate: ResponseRate
    project_satisfaction: Satisfaction
    learning_gain: LearningGain | None
    checklist: ChecklistResults | None
    created_on: date


def collect_report_data(session: Session, survey: Survey, now: datetime) -> ReportData:
    """Return the data of the report on a survey at a moment."""
    seminar = survey.seminar
    return ReportData(
        survey,
        aggregate_results(session, survey),
        calculate_response_rate(session, survey, now),
        calculate_satisfaction(session, seminar.project),
        calculate_learning_gain(session, survey, list_seminar_surveys(session, seminar)),
        summarise_checklist(session, survey),
        now.astimezone(seminar.zone).date(),
    )


def render_survey_report(data: ReportData) -> bytes:
    """Return the report as PDF, in the active language."""
    return render_document(
        build_survey_heading(data.survey, _("Survey report"), list_report_facts(data)),
        [lay_out_signed_report(data)],
    )


def lay_out_signed_report(data: ReportData) -> list[Strip]:
    """Return the strips of the report, and below them the line for signature and seal, which never stands alone on a page."""
    *strips, last_strip = lay_out_report(data)
    signature = build_signature_strip(build_signer_fact(data.survey.seminar, get_page_language()))
    return [*strips, *keep_together([last_strip, signature])]


def build_survey_heading(survey: Survey, title: str, facts: Sequence[tuple[str, str]] = ()) -> DocumentHeading:
    """Return the heading of a document about a survey, in the active language."""
    seminar = survey.seminar
    days = dates.format_event_days(seminar.days, get_page_language())
    heading_facts = [
        (_("Survey"), survey.title.get_text(get_page_language())),
        (_("Seminar"), seminar.title.get_text(get_page_language())),
    ]
    heading_facts += [(_("Date"), days)] if days else []
    heading_facts += [(_("Venue"), seminar.city.get_text(get_page_language()))] if seminar.city else []
    heading_facts += [(_("Project"), seminar.project.title.get_text(get_page_language())), *facts]
    footer = f"{survey.title.get_text(get_page_language())} · {seminar.title.get_text(get_page_language())}"
    return DocumentHeading(
        seminar.project.grantee.get_text(get_page_language()), title, tuple(heading_facts), footer, get_page_language()
    )


def list_report_facts(data: ReportData) -> list[tuple[str, str]]:
    """Return the facts of the report as label and value: anonymity and date."""
    kind = _("Anonymous") if data.survey.anonymous else _("With names")
    return [(_("Kind"), kind), (_("Report date"), dates.format_long_date(data.created_on, get_page_language()))]


def lay_out_report(data: ReportData) -> Iterator[Strip]:
    """Yield the strips of the report below its heading."""
    yield from lay_out_response_rate(data)
    withheld = presentation.explain_withheld_results(data.survey, data.results)
    if withheld:
        yield from set_text_strips(withheld)
        return
    yield from lay_out_satisfaction(data)
    if data.checklist:
        yield from lay_out_checklist(data.checklist)
    if data.learning_gain and data.learning_gain.comparisons:
        yield from lay_out_test_results(data.learning_gain)
    if data.results.question_results:
        yield build_gap(4 * MM, keep_with_next=True)
        yield from set_text_strips(_("Answers to every question"), SECTION_STYLE, keep_with_next=True)
    visible_results = [
        results for results in data.results.question_results if results.question.kind != SurveyQuestionKind.CODE
    ]
    for number, item in enumerate(visible_results, 1):
        yield from lay_out_question_results(number, item)


def lay_out_response_rate(data: ReportData) -> Iterator[Strip]:
    """Yield the strips of the response rate."""
    yield from set_text_strips(_("Response rate"), SECTION_STYLE, keep_with_next=True)
    yield from set_text_strips(
        format_part_of_total(data.response_rate.completed_count, len(data.response_rate.expected_ids)),
        FIGURE_STYLE,
        keep_with_next=True,
    )
    is_pre_test = data.survey.purpose == SurveyPurpose.PRE_TEST
    yield from set_text_strips(
        _("of those who are registered") if is_pre_test else _("of those who attended"), SMALL_STYLE
    )
    if data.response_rate.unexpected_count:
        unexpected_count = data.response_rate.unexpected_count
        yield from set_text_strips(
            ngettext(
                "%(num)d more person has answered without an attendance mark.",
                "%(num)d more people have answered without an attendance mark.",
                unexpected_count,
            ),
            SMALL_STYLE,
        )
    yield build_gap(4 * MM)


def lay_out_satisfaction(data: ReportData) -> Iterator[Strip]:
    """Yield the strips of the satisfaction in this survey and in the whole project."""
    if data.results.satisfaction:
        satisfaction = data.results.satisfaction
        yield from lay_out_target_comparison(_("Satisfied overall"), satisfaction)
        interval = calculate_wilson_interval(satisfaction.satisfied_count, satisfaction.answered_count)
        low, high = (format_percent(round(100 * bound, 1)) for bound in interval)
        text = _("95%% confidence interval (Wilson): from %(low)s to %(high)s.", low=low, high=high)
        if data.response_rate.is_census(data.results):
            text += " " + _(
                "Everyone who was asked has answered, so the share is exact. The interval is only a caution against "
                "generalising from so few people."
            )
        else:
            text += " " + _("Not everyone has answered: the share for all of them may lie within the interval.")
        yield from set_text_strips(text, SMALL_STYLE)
        yield build_gap(4 * MM)
    if data.project_satisfaction.answered_count:
        yield from lay_out_target_comparison(_("The whole project"), data.project_satisfaction)
        yield from set_text_strips(presentation.describe_project_satisfaction(data.project_satisfaction), SMALL_STYLE)
        yield build_gap(2 * MM)


def lay_out_target_comparison(title: str, satisfaction: Satisfaction) -> Iterator[Strip]:
    """Yield the strips of "k of n" satisfied with the target and whether it is reached."""
    target = format_percent(satisfaction.target)
    yield from set_text_strips(title, SECTION_STYLE, keep_with_next=True)
    yield from set_text_strips(
        format_part_of_total(satisfaction.satisfied_count, satisfaction.answered_count),
        FIGURE_STYLE,
        keep_with_next=True,
    )
    if satisfaction.is_target_reached:
        yield from set_text_strips(
            _("Target reached: %(target)s", target=target), TextStyle("bold", 10, COLOURS["good"]), keep_with_next=True
        )
    else:
        yield from set_text_strips(
            _("Target not reached: %(target)s", target=target),
            TextStyle("bold", 10, COLOURS["bad"]),
            keep_with_next=True,
        )


def lay_out_test_results(learning_gain: LearningGain) -> Iterator[Strip]:
    """Yield the strips of test results: means, pass rate, paired scores, question by question."""
    yield build_gap(2 * MM, keep_with_next=True)
    yield from set_text_strips(_("Knowledge gain"), SECTION_STYLE, keep_with_next=True)
    yield from Table((_("Measure"), ""), (0.7, 0.3), 1).set_table(list_learning_measures(learning_gain))
    if learning_gain.paired_scores:
        yield build_gap(1 * MM)
        yield from set_text_strips(presentation.describe_paired_scores(learning_gain.paired_scores))
    yield build_gap(2 * MM, keep_with_next=True)
    yield from set_text_strips(_("Correct answers by question"), QUESTION_STYLE, keep_with_next=True)
    yield lay_out_legend([(charts.MIDDLE_COLOUR, _("Before")), (charts.BEST_COLOUR, _("After"))])
    for comparisons in split_into_charts(learning_gain.comparisons):
        yield build_gap(1.5 * MM, keep_with_next=True)
        yield set_drawing(charts.draw_test_chart(comparisons), CHART_SCALE)
    yield build_gap(2 * MM)
    rows = [build_comparison_row(comparison) for comparison in learning_gain.comparisons]
    yield from Table((_("Test question"), _("Before"), _("After")), (0.5, 0.25, 0.25), 2).set_table(rows)


def list_learning_measures(learning_gain: LearningGain) -> list[tuple[str, str]]:
    """Return the figures of a test that may be shown, as label and value."""
    means = (
        (_("mean before the seminar, everyone who took the test"), learning_gain.mean_before),
        (_("mean after the seminar, everyone who took the test"), learning_gain.mean_after),
    )
    rows = [(label, format_percent(float(mean))) for label, mean in means if mean is not None]
    pass_rate, pairs = learning_gain.pass_rate, learning_gain.paired_scores
    if pass_rate:
        label = _("reached the pass mark of %(mark)s", mark=format_percent(pass_rate.pass_mark))
        rows.append((label, format_part_of_total(pass_rate.passed, pass_rate.total)))
    if pairs:
        rows.append((_("people who took both tests"), f"{pairs.pair_count}"))
    if pairs and pairs.can_be_shown:
        rows.append((_("their mean before"), format_percent(float(pairs.mean_before))))
        rows.append((_("their mean after"), format_percent(float(pairs.mean_after))))
        if pairs.normalised_gain is not None:
            rows.append((_("normalised gain g"), presentation.format_short_decimal(pairs.normalised_gain)))
    return rows


def build_comparison_row(comparison: QuestionComparison) -> tuple[str, ...]:
    """Return a table row of a test question: its text, and the correct answers before and after."""
    shares = [
        format_part_of_total(correct_count.correct, correct_count.total) if correct_count else "–"
        for correct_count in (comparison.before, comparison.after)
    ]
    return comparison.question.text.get_text(get_page_language()), *shares


def lay_out_checklist(checklist: ChecklistResults) -> Iterator[Strip]:
    """Yield the strips of a checklist."""
    yield build_gap(2 * MM, keep_with_next=True)
    yield from set_text_strips(_("Observed by a trainer"), SECTION_STYLE, keep_with_next=True)
    rows = [
        (count.step.text.get_text(get_page_language()), format_part_of_total(count.completed, count.marked))
        for count in checklist.steps
    ]
    rows.append(
        (_("completed every step"), format_part_of_total(len(checklist.completed_registration_ids), checklist.total))
    )
    yield from Table((_("Step"), _("Number of people")), (0.75, 0.25), 1).set_table(rows)
