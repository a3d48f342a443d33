"""The page of the desk with the results of a survey, and its charts."""

from collections.abc import Mapping, Sequence
from math import ceil

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.choice import get_page_language
from trainer.seminars.views import get_seminar_or_404
from trainer.surveys.catalogue import SATISFACTION_SURVEY_NUMBER, list_seminar_surveys
from trainer.surveys.checklists.results import summarise_checklist
from trainer.surveys.desk import SURVEY_URL, get_survey_or_404
from trainer.surveys.models import Survey
from trainer.surveys.results import charts, presentation, statistics
from trainer.surveys.results.aggregation import AnswerValue, QuestionResults, SurveyResults, aggregate_results
from trainer.surveys.results.chart_svg import render_svg
from trainer.surveys.results.learning_gain import LearningGain, calculate_learning_gain, list_test_comparisons
from trainer.surveys.results.response_rate import calculate_response_rate, list_registrations_by_name
from trainer.surveys.results.satisfaction import calculate_satisfaction

desk = create_desk_blueprint("surveys_results", __name__)

QUESTIONS_PER_PAGE = 12
"""Keeps the page with all its charts small enough for a phone."""
MAX_LISTED_NAMES = 100
"""Number of people who have not answered that are listed by name."""
MAX_TEXT_BYTES = 24_000
"""Size of all written answers on a page; the downloads have all of them."""
SVG_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
SMALL_SAMPLE_SIZE = 50
"""With fewer answers the page explains how much one person changes the net promoter score."""


@desk.get("/seminars/<int:seminar_id>/survey")
def view_satisfaction_results(seminar_id: int) -> ResponseReturnValue:
    """Redirect the old address of a seminar's only survey to the results of its satisfaction survey."""
    seminar = get_seminar_or_404(seminar_id)
    survey = get_survey_or_404(seminar_id, SATISFACTION_SURVEY_NUMBER)
    return redirect(url_for(".view_survey_results", seminar_id=seminar.id, number=survey.number), 301)


@desk.get(SURVEY_URL + "/results")
def view_survey_results(seminar_id: int, number: int) -> ResponseReturnValue:
    """Show the results, a page of questions at a time."""
    seminar = get_seminar_or_404(seminar_id)
    survey = get_survey_or_404(seminar_id, number)
    results, response_rate = (
        aggregate_results(db.session(), survey),
        calculate_response_rate(db.session(), survey, now()),
    )
    parts = max(1, ceil(len(results.question_results) / QUESTIONS_PER_PAGE))
    part = min(max(1, request.args.get("part", 1, type=int)), parts)
    items = results.question_results[(part - 1) * QUESTIONS_PER_PAGE : part * QUESTIONS_PER_PAGE]
    checklist = summarise_checklist(db.session(), survey)
    completed_ids = checklist.completed_registration_ids if checklist else ()
    return render_template(
        "surveys/results/results.html",
        seminar=seminar,
        survey=survey,
        results=results,
        response_rate=response_rate,
        missing_registrations=list_registrations_by_name(db.session(), response_rate.missing_ids, MAX_LISTED_NAMES),
        items=items,
        texts=select_texts_to_show(items),
        part=part,
        parts=parts,
        learning_gain=find_shown_learning_gain(survey),
        checklist=checklist,
        completed_registrations=list_registrations_by_name(db.session(), completed_ids, MAX_LISTED_NAMES)
        if completed_ids
        else [],
        project_satisfaction=calculate_satisfaction(
            db.session(), seminar.project, known_counts=get_known_overall_counts(survey, results)
        ),
        presentation=presentation,
        statistics=statistics,
        small_sample_size=SMALL_SAMPLE_SIZE,
    )


def find_shown_learning_gain(survey: Survey) -> LearningGain | None:
    """Return the learning gain of a test; None if the survey is no test or has no test questions to show."""
    seminar_surveys = list_seminar_surveys(db.session(), survey.seminar)
    learning_gain = calculate_learning_gain(db.session(), survey, seminar_surveys)
    return learning_gain if learning_gain and learning_gain.comparisons else None


def get_known_overall_counts(survey: Survey, results: SurveyResults) -> dict[int, Mapping[AnswerValue, int]]:
    """Return the counts of the overall question by survey id, for `calculate_satisfaction`."""
    return (
        {survey.id: results.overall_results.value_counts} if results.overall_results and survey.id is not None else {}
    )


def select_texts_to_show(items: Sequence[QuestionResults]) -> dict[str, tuple[str, ...]]:
    """Return the written answers that fit on the page by question name; every question has the same share of bytes."""
    items_with_texts = [item for item in items if item.texts]
    bytes_per_item = MAX_TEXT_BYTES // max(1, len(items_with_texts))
    shown_texts = {}
    for item in items_with_texts:
        used_bytes = 0
        item_texts: list[str] = []
        for text in item.texts:
            used_bytes += len(escape(text).encode()) + 20
            if used_bytes > bytes_per_item and item_texts:
                break
            item_texts.append(text)
        shown_texts[item.name] = tuple(item_texts)
    return shown_texts


@desk.get(SURVEY_URL + "/results/<name>.svg")
def view_question_chart(seminar_id: int, number: int, name: str) -> ResponseReturnValue:
    """Send the chart of a question as SVG."""
    results = aggregate_results(db.session(), get_survey_or_404(seminar_id, number))
    item = results.find_question_results(name)
    if item is None or not presentation.has_chart(item):
        abort(404)
    return build_svg_response(
        render_svg(charts.draw_question_chart(item), item.question.text.get_text(get_page_language()))
    )


@desk.get(SURVEY_URL + "/before-and-after.svg")
def view_test_chart(seminar_id: int, number: int) -> ResponseReturnValue:
    """Send the chart of correct answers before and after the seminar as SVG."""
    survey = get_survey_or_404(seminar_id, number)
    comparisons = list_test_comparisons(db.session(), survey, list_seminar_surveys(db.session(), survey.seminar))
    if not comparisons:
        abort(404)
    return build_svg_response(
        render_svg(charts.draw_test_chart(comparisons), survey.title.get_text(get_page_language()))
    )


def build_svg_response(svg: str) -> Response:
    """Return an SVG response with its own content security policy, which allows the inline style of the chart."""
    response = Response(svg, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = SVG_SECURITY_POLICY
    return response
