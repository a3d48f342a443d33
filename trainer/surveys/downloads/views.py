"""Downloads of survey results at the desk, in the requested language: report, questionnaires, contacts, answers."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.documents.workbook import stream_csv, stream_xlsx
from trainer.extensions import db
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.surveys.desk import (
    SURVEY_URL,
    format_document_title,
    open_survey_in_requested_language,
    send_survey_document,
)
from trainer.surveys.downloads import answer_sheets, contacts, report
from trainer.surveys.downloads.individual_responses import (
    ResponsesWithheld,
    list_completed_questionnaires,
    list_individual_responses,
)
from trainer.surveys.paper import completed_form
from trainer.surveys.results.response_rate import calculate_response_rate, list_respondents_by_name

desk = create_desk_blueprint("surveys_downloads", __name__)


class NoResponses(Exception):
    """Nobody has answered, so there are no questionnaires to download."""


@desk.get(f"{SURVEY_URL}/report.pdf")
def download_survey_report(seminar_id: int, number: int) -> ResponseReturnValue:
    """Send the report as PDF."""
    with open_survey_in_requested_language(seminar_id, number) as survey:
        data = report.collect_report_data(db.session(), survey, now())
        return send_survey_document(report.render_survey_report(data), _("Survey report"), survey, "pdf")


@desk.get(f"{SURVEY_URL}/questionnaires.pdf")
def download_questionnaires(seminar_id: int, number: int) -> ResponseReturnValue:
    """Send the copies of all completed questionnaires as PDF."""
    with open_survey_in_requested_language(seminar_id, number) as survey:
        questionnaires = list_completed_questionnaires(db.session(), survey)
        if not questionnaires:
            raise NoResponses
        document_name = _("Copies of the completed questionnaires")
        content = completed_form.render_questionnaires_pdf(
            report.build_survey_heading(survey, document_name),
            survey.title.get_text(get_page_language()),
            questionnaires,
        )
        return send_survey_document(content, document_name, survey, "pdf")


@desk.get(f"{SURVEY_URL}/contacts.pdf")
def download_contacts_pdf(seminar_id: int, number: int) -> ResponseReturnValue:
    """Send the contacts of the respondents as PDF."""
    with open_survey_in_requested_language(seminar_id, number) as survey:
        document_name = _("Respondents’ contacts")
        answered_ids = calculate_response_rate(db.session(), survey, now()).answered_ids
        respondents = list_respondents_by_name(db.session(), answered_ids)
        content = contacts.render_contacts_pdf(report.build_survey_heading(survey, document_name), respondents)
        return send_survey_document(content, document_name, survey, "pdf")


@desk.get(f"{SURVEY_URL}/contacts.xlsx")
def download_contacts_xlsx(seminar_id: int, number: int) -> ResponseReturnValue:
    """Send the contacts of the respondents as XLSX."""
    with open_survey_in_requested_language(seminar_id, number) as survey:
        document_name = _("Respondents’ contacts")
        answered_ids = calculate_response_rate(db.session(), survey, now()).answered_ids
        respondents = list_respondents_by_name(db.session(), answered_ids)
        sheets, title = [contacts.build_contacts_sheet(respondents)], format_document_title(document_name, survey)
        return send_survey_document(stream_xlsx(sheets, title), document_name, survey, "xlsx")


@desk.get(f"{SURVEY_URL}/answers.xlsx")
def download_answers_xlsx(seminar_id: int, number: int) -> ResponseReturnValue:
    """Send the answers as XLSX with three sheets: labels, codes and the codebook."""
    with open_survey_in_requested_language(seminar_id, number) as survey:
        responses, anonymous = list_individual_responses(db.session(), survey), survey.anonymous
        document_name = _("Answers")
        sheets = [
            answer_sheets.build_answers_sheet(responses.items, responses.questionnaires, anonymous),
            answer_sheets.build_codes_sheet(responses.items, responses.questionnaires, anonymous),
            answer_sheets.build_codebook_sheet(responses.items, anonymous, responses.left_out_items),
        ]
        title = format_document_title(document_name, survey)
        return send_survey_document(stream_xlsx(sheets, title), document_name, survey, "xlsx")


@desk.get(f"{SURVEY_URL}/answers.csv")
def download_answers_csv(seminar_id: int, number: int) -> ResponseReturnValue:
    """Send the answers with their labels as CSV."""
    with open_survey_in_requested_language(seminar_id, number) as survey:
        responses = list_individual_responses(db.session(), survey)
        table = answer_sheets.build_answers_sheet(responses.items, responses.questionnaires, survey.anonymous)
        return send_survey_document(stream_csv(table), _("Answers"), survey, "csv")


@desk.errorhandler(ResponsesWithheld)
def handle_responses_withheld(_error: ResponsesWithheld) -> ResponseReturnValue:
    """Redirect with the message that anonymous answers are not available yet."""
    return redirect_to_survey_results(
        _(
            "The survey is anonymous: the answers become available once it is closed and at least five people have "
            "answered themselves."
        )
    )


@desk.errorhandler(NoResponses)
def handle_no_responses(_error: NoResponses) -> ResponseReturnValue:
    """Redirect with the message that nobody has answered."""
    return redirect_to_survey_results(_("No one has answered yet."))


def redirect_to_survey_results(reason: str) -> ResponseReturnValue:
    """Redirect to the results and flash, in the language of the page, why there is no document."""
    flash(reason, "warn")
    return redirect(url_for("surveys_results.view_survey_results", **(request.view_args or {})), 303)
