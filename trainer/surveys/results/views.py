"""The desk's page of a survey's results, and its charts."""

from collections.abc import Mapping, Sequence
from math import ceil

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.choice import language
from trainer.seminars.views import seminar_or_404
from trainer.surveys import responses
from trainer.surveys.desk import survey_or_404
from trainer.surveys.models import Survey
from trainer.surveys.results import charts, presentation, statistics
from trainer.surveys.results.aggregation import FEWEST, Item, Results, Value, results, satisfaction_of
from trainer.surveys.results.learning_gain import Learning, learning, skills
from trainer.surveys.results.response_rate import people, turnout

desk = desk_blueprint("surveys_results", __name__)

PART = 12
"""Items on a page: with all their charts it stays small enough for a telephone."""
NAMED = 100
"""As many names of those who have not answered are listed."""
ROOM = 24_000
"""Bytes of what people wrote that a page shows; everything is in the table."""
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
ONE_COUNTS = 50
"""Below so many answers the page says how much one person moves the net promoters."""


@desk.get("/seminars/<int:seminar_id>/survey")
def first(seminar_id: int) -> ResponseReturnValue:
    """Lead to the results of the seminar's satisfaction survey, where they were before there were several surveys."""
    seminar = seminar_or_404(seminar_id)
    found = survey_or_404(seminar_id, responses.SATISFACTION_NUMBER)
    return redirect(url_for(".survey_results", seminar_id=seminar.id, number=found.number), 301)


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/results")
def survey_results(seminar_id: int, number: int) -> ResponseReturnValue:
    """Show what was answered, a part of the items at a time."""
    seminar = seminar_or_404(seminar_id)
    survey = survey_or_404(seminar_id, number)
    found, who = results(db.session(), survey), turnout(db.session(), survey, now())
    parts = max(1, ceil(len(found.items) / PART))
    part = min(max(1, request.args.get("part", 1, type=int)), parts)
    items = found.items[(part - 1) * PART : part * PART]
    learned = learning(db.session(), survey, responses.surveys_of(db.session(), seminar))
    seen = skills(db.session(), survey)
    return render_template(
        "surveys/results/results.html",
        seminar=seminar,
        survey=survey,
        results=found,
        turnout=who,
        owing=people(db.session(), who.owing, NAMED),
        items=items,
        texts=fitting(items),
        part=part,
        parts=parts,
        learned=learned if learned and shows(learned) else None,
        skills=seen,
        able=people(db.session(), seen.all_steps, NAMED) if seen else [],
        project=satisfaction_of(db.session(), seminar.project, known=known_of(survey, found)),
        showing=presentation,
        statistics=statistics,
        fewest=FEWEST,
        one_counts=ONE_COUNTS,
    )


def known_of(survey: Survey, found: Results) -> dict[int, Mapping[Value, int]]:
    """Give what was counted of a survey's overall item, so that the project's figure need not count it again."""
    return {survey.id: found.overall.counts} if found.overall and survey.id is not None else {}


def fitting(items: Sequence[Item]) -> dict[str, tuple[str, ...]]:
    """Give as many of the texts of each item as a page has room for, the same room for each item."""
    written = [each for each in items if each.texts]
    room = ROOM // max(1, len(written))
    found = {}
    for item in written:
        taken = 0
        shown: list[str] = []
        for text in item.texts:
            taken += len(escape(text).encode()) + 20
            if taken > room and shown:
                break
            shown.append(text)
        found[item.name] = tuple(shown)
    return found


def shows(learned: Learning) -> bool:
    """Whether a test has anything to tell."""
    return bool(learned.items)


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/results/<name>.svg")
def chart(seminar_id: int, number: int, name: str) -> ResponseReturnValue:
    """Give the chart of an item as a picture."""
    found: Results = results(db.session(), survey_or_404(seminar_id, number))
    item = found.item(name)
    if item is None or not presentation.has_chart(item):
        abort(404)
    return picture(charts.svg(charts.chart_of(item), item.question.text.to(language())))


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/before-and-after.svg")
def test_chart(seminar_id: int, number: int) -> ResponseReturnValue:
    """Give the chart of a test, question by question, before and after."""
    seminar = seminar_or_404(seminar_id)
    survey = survey_or_404(seminar_id, number)
    learned = learning(db.session(), survey, responses.surveys_of(db.session(), seminar))
    if learned is None or not shows(learned):
        abort(404)
    return picture(charts.svg(charts.of_test(learned.items), survey.title.to(language())))


def picture(text: str) -> Response:
    """Give an SVG; its colours are in a style of its own, which no page's policy has to allow."""
    answer = Response(text, mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = PICTURE_POLICY
    return answer
