"""Documents of a survey for the desk, each in the language that is asked for: report, questionnaires, contacts, tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.documents import files
from trainer.documents.workbook import csv_file, xlsx_file
from trainer.extensions import db
from trainer.language import LANGUAGES
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.surveys import responses
from trainer.surveys.desk import survey_or_404
from trainer.surveys.models import Survey
from trainer.surveys.paper import completed_form
from trainer.surveys.results import contacts, report, xlsx
from trainer.surveys.results.aggregation import results, satisfaction_of
from trainer.surveys.results.individual_responses import NotShown, collected
from trainer.surveys.results.learning_gain import learning, skills
from trainer.surveys.results.response_rate import people, turnout

desk = desk_blueprint("surveys_downloads", __name__)

PLACE = "/seminars/<int:seminar_id>/surveys/<int:number>"


class NothingYet(Exception):
    """Nobody has answered, so there is nothing to copy."""


@contextmanager
def asked_for(seminar_id: int, number: int) -> Iterator[Survey]:
    """Find a survey and speak the language that the address asks for."""
    wanted = request.args.get("language", language())
    survey = survey_or_404(seminar_id, number)
    with force_locale(wanted if wanted in LANGUAGES else abort(404)):
        yield survey


@desk.get(f"{PLACE}/report.pdf")
def report_pdf(seminar_id: int, number: int) -> ResponseReturnValue:
    """Give the report."""
    with asked_for(seminar_id, number) as survey:
        session, seminar = db.session(), survey.seminar
        material = report.Material(
            survey,
            results(session, survey),
            turnout(session, survey, now()),
            satisfaction_of(session, seminar.project),
            learning(session, survey, responses.surveys_of(session, seminar)),
            skills(session, survey),
            now().astimezone(seminar.zone).date(),
        )
        return handed_out(report.report(material), _("Report on the survey"), survey, "pdf")


@desk.get(f"{PLACE}/questionnaires.pdf")
def questionnaires_pdf(seminar_id: int, number: int) -> ResponseReturnValue:
    """Give the copies of all completed questionnaires."""
    with asked_for(seminar_id, number) as survey:
        copies = collected(db.session(), survey)
        if not copies:
            raise NothingYet
        words = _("Copies of the completed questionnaires")
        made = completed_form.questionnaires(report.heading_of(survey, words), survey.title.to(language()), copies)
        return handed_out(made, words, survey, "pdf")


@desk.get(f"{PLACE}/contacts.pdf")
def contacts_pdf(seminar_id: int, number: int) -> ResponseReturnValue:
    """Give the contacts of the respondents as a PDF."""
    with asked_for(seminar_id, number) as survey:
        words = _("Contacts of the respondents")
        found = people(db.session(), turnout(db.session(), survey, now()).answered)
        made = contacts.contacts_pdf(report.heading_of(survey, words), found)
        return handed_out(made, words, survey, "pdf")


@desk.get(f"{PLACE}/contacts.xlsx")
def contacts_xlsx(seminar_id: int, number: int) -> ResponseReturnValue:
    """Give the contacts of the respondents as a workbook."""
    with asked_for(seminar_id, number) as survey:
        words = _("Contacts of the respondents")
        found = people(db.session(), turnout(db.session(), survey, now()).answered)
        return handed_out(contacts.contacts_xlsx(title_of(words, survey), found), words, survey, "xlsx")


@desk.get(f"{PLACE}/answers.xlsx")
def answers_xlsx(seminar_id: int, number: int) -> ResponseReturnValue:
    """Give the answers as a workbook: in words, in codes, and what the codes mean."""
    with asked_for(seminar_id, number) as survey:
        copies = collected(db.session(), survey)
        items, anonymous, words = results(db.session(), survey).items, survey.anonymous, _("Answers")
        sheets = [
            xlsx.answers_table(items, copies, anonymous),
            xlsx.codes_table(items, copies, anonymous),
            xlsx.book_of_codes(items, anonymous),
        ]
        return handed_out(xlsx_file(sheets, title_of(words, survey)), words, survey, "xlsx")


@desk.get(f"{PLACE}/answers.csv")
def answers_csv(seminar_id: int, number: int) -> ResponseReturnValue:
    """Give the answers in words as CSV."""
    with asked_for(seminar_id, number) as survey:
        copies = collected(db.session(), survey)
        table = xlsx.answers_table(results(db.session(), survey).items, copies, survey.anonymous)
        return handed_out(csv_file(table), _("Answers"), survey, "csv")


@desk.errorhandler(NotShown)
def not_shown(_error: NotShown) -> ResponseReturnValue:
    """Say that answers without a name are not handed out yet."""
    return back(
        _("The survey is anonymous: answers are handed out when it is closed and at least five people have answered.")
    )


@desk.errorhandler(NothingYet)
def nothing_yet(_error: NothingYet) -> ResponseReturnValue:
    """Say that there is nothing to copy."""
    return back(_("Nobody has answered yet."))


def back(why: str) -> ResponseReturnValue:
    """Go back to the results and say, in the language of the page, why there is no document."""
    flash(why, "warn")
    return redirect(url_for("surveys_results.survey_results", **(request.view_args or {})), 303)


def title_of(words: str, survey: Survey) -> str:
    """Give what a document is and of which survey."""
    return f"{words}: {survey.title.to(language())}"


def handed_out(content: bytes, words: str, survey: Survey, ending: str) -> ResponseReturnValue:
    """Hand a document out, named by what it is, its survey and its seminar."""
    title = f"{words} {survey.title.to(language())} {survey.seminar.title.to(language())}"
    return files.handed_out(content, title, ending)
