"""The report on a survey as PDF: figures first, then every item with its chart and numbers, and what people wrote."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from trainer.documents.flow import QUESTION, SECTION, SMALL, Strip, drawing, gap, texts
from trainer.documents.page import COLOURS, MM
from trainer.documents.paper import Heading, document
from trainer.documents.table import Table
from trainer.documents.text_layout import Look
from trainer.language import dates
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.surveys.models import Purpose, Survey
from trainer.surveys.questions.model import QuestionKind
from trainer.surveys.results import charts, presentation
from trainer.surveys.results.aggregation import Results, Satisfaction
from trainer.surveys.results.learning_gain import Learning, Skills
from trainer.surveys.results.report_items import SMALLER, in_parts, item_part, legend, part_of
from trainer.surveys.results.response_rate import Turnout
from trainer.surveys.results.statistics import wilson
from trainer.web.templating import percent

FIGURE = Look("serif", 19, COLOURS["brand"], 1.15)


@dataclass(frozen=True)
class Material:
    """What a report is written from."""

    survey: Survey
    results: Results
    turnout: Turnout
    project: Satisfaction
    learned: Learning | None
    skills: Skills | None
    made_on: date


def report(of: Material) -> bytes:
    """Give the report as a PDF, in the language of the page being made."""
    return document(heading_of(of.survey, _("Report on the survey"), facts(of)), [list(body(of))])


def heading_of(survey: Survey, title: str, facts: Sequence[tuple[str, str]] = ()) -> Heading:
    """Give the head of a document of a survey, in the language of the page being made."""
    seminar = survey.seminar
    days = dates.days_held(seminar.days, language())
    said = [(_("Survey"), survey.title.to(language())), (_("Seminar"), seminar.title.to(language()))]
    said += [(_("Date"), days)] if days else []
    said += [(_("Place"), seminar.city.to(language()))] if seminar.city else []
    said += [(_("Project"), seminar.project.title.to(language())), *facts]
    running = f"{survey.title.to(language())} · {seminar.title.to(language())}"
    return Heading(seminar.project.grantee.to(language()), title, tuple(said), running, language())


def facts(of: Material) -> list[tuple[str, str]]:
    """Say what kind of survey it was and when the report was made."""
    kind = _("Anonymous") if of.survey.anonymous else _("With names")
    return [(_("Kind"), kind), (_("Report made on"), dates.long_date(of.made_on, language()))]


def body(of: Material) -> Iterator[Strip]:
    """Set the report below its head."""
    yield from turnout_part(of)
    withheld = presentation.withheld(of.survey, of.results)
    if withheld:
        yield from texts(withheld)
        return
    yield from satisfaction_part(of)
    if of.skills:
        yield from skills_part(of.skills)
    if of.learned and of.learned.items:
        yield from test_part(of.learned)
    if of.results.items:
        yield gap(4 * MM, keep=True)
        yield from texts(_("Answers to every question"), SECTION, keep=True)
    asked = [each for each in of.results.items if each.question.kind != QuestionKind.CODE]
    for number, item in enumerate(asked, 1):
        yield from item_part(number, item)


def turnout_part(of: Material) -> Iterator[Strip]:
    """Say how many have answered."""
    yield from texts(_("Response rate"), SECTION, keep=True)
    yield from texts(part_of(of.turnout.done, len(of.turnout.due)), FIGURE, keep=True)
    before = of.survey.purpose == Purpose.PRE_TEST
    yield from texts(_("of those who are registered") if before else _("of those who attended"), SMALL)
    if of.turnout.beside:
        more = of.turnout.beside
        yield from texts(
            ngettext(
                "%(num)d more has answered whose attendance is not marked.",
                "%(num)d more have answered whose attendance is not marked.",
                more,
            ),
            SMALL,
        )
    yield gap(4 * MM)


def satisfaction_part(of: Material) -> Iterator[Strip]:
    """Say how many are satisfied, in this survey and in the whole project."""
    if of.results.satisfaction:
        found = of.results.satisfaction
        yield from measure(_("Satisfied overall"), found)
        interval = wilson(found.satisfied, found.answered)
        low, high = (percent(round(100 * each, 1)) for each in interval)
        said = _("95 %% interval (Wilson): from %(low)s to %(high)s.", low=low, high=high)
        if of.turnout.is_census(of.results):
            said += " " + _(
                "Everybody who was asked has answered, so the share is exact; "
                "the interval only warns against drawing conclusions from so few about others."
            )
        else:
            said += " " + _("Not everybody has answered: the share of all may lie within it.")
        yield from texts(said, SMALL)
        yield gap(4 * MM)
    if of.project.answered:
        yield from measure(_("The whole project"), of.project)
        yield from texts(presentation.project_in_words(of.project), SMALL)
        yield gap(2 * MM)


def measure(title: str, found: Satisfaction) -> Iterator[Strip]:
    """Set k of n with its target."""
    target = percent(found.target)
    yield from texts(title, SECTION, keep=True)
    yield from texts(part_of(found.satisfied, found.answered), FIGURE, keep=True)
    if found.is_reached:
        yield from texts(_("Target reached: %(target)s", target=target), Look("bold", 10, COLOURS["good"]), keep=True)
    else:
        yield from texts(
            _("Target not reached: %(target)s", target=target), Look("bold", 10, COLOURS["bad"]), keep=True
        )


def test_part(learned: Learning) -> Iterator[Strip]:
    """Set what a test tells."""
    yield gap(2 * MM, keep=True)
    yield from texts(_("What was learned"), SECTION, keep=True)
    means = (
        (_("mean before the seminar, all who wrote the test"), learned.mean_before),
        (_("mean after the seminar, all who wrote the test"), learned.mean_after),
    )
    rows = [(name, percent(float(value))) for name, value in means if value is not None]
    if learned.passed:
        mark = percent(learned.passed.mark)
        rows.append(
            (_("reached the pass mark of %(mark)s", mark=mark), part_of(learned.passed.reached, learned.passed.whole))
        )
    pairs = learned.pairs
    if pairs:
        rows.append((_("people who wrote both tests"), f"{pairs.count}"))
    if pairs and pairs.told:
        rows.append((_("their mean before"), percent(float(pairs.before))))
        rows.append((_("their mean after"), percent(float(pairs.after))))
        if pairs.gain is not None:
            rows.append((_("normalised gain g"), presentation.decimal(pairs.gain)))
    yield from Table((_("Figure"), ""), (0.7, 0.3), 1).strips(rows)
    if pairs:
        yield gap(1 * MM)
        yield from texts(presentation.pairs_in_words(pairs))
    yield gap(2 * MM, keep=True)
    yield from texts(_("Right answers, question by question"), QUESTION, keep=True)
    yield legend([(charts.MIDDLE, _("Before")), (charts.BEST, _("After"))])
    for part in in_parts(learned.items):
        yield gap(1.5 * MM, keep=True)
        yield drawing(charts.of_test(part), SMALLER)
    yield gap(2 * MM)
    lines = []
    for each in learned.items:
        solved = [part_of(one.right, one.whole) if one else "–" for one in (each.before, each.after)]
        lines.append((each.question.text.to(language()), *solved))
    yield from Table((_("Test question"), _("Before"), _("After")), (0.5, 0.25, 0.25), 2).strips(lines)


def skills_part(skills: Skills) -> Iterator[Strip]:
    """Set a checklist of skills."""
    yield gap(2 * MM, keep=True)
    yield from texts(_("Seen by a trainer"), SECTION, keep=True)
    rows = [(step.text.to(language()), part_of(solved.right, solved.whole)) for step, solved in skills.steps]
    rows.append((_("did every step"), part_of(len(skills.all_steps), skills.whole)))
    yield from Table((_("Step"), _("People")), (0.75, 0.25), 1).strips(rows)
