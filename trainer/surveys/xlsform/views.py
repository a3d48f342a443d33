"""Organizer pages on which a survey is downloaded as an XLSForm workbook, or its questions are replaced by one."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.documents.files import send_document
from trainer.documents.upload_limits import TableUnreadable
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.surveys.builder import versions
from trainer.surveys.builder.question_views import format_fixed_questions_reason
from trainer.surveys.builder.settings_views import redirect_to_survey_questions
from trainer.surveys.builder.wording import EDITING_ERRORS, SURVEY_PURPOSE_LABELS, format_editing_error
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.desk import get_survey_or_404
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.xlsform.errors import XlsformInvalid, XlsformProblem
from trainer.surveys.xlsform.export import render_xlsform
from trainer.surveys.xlsform.reader import XlsformContent, read_form_sheets, read_xlsform
from trainer.surveys.xlsform.wording import XLSFORM_UNREADABLE_MESSAGES, format_xlsform_problem
from trainer.web.actions import commit_or_explain
from trainer.web.forms import BaseForm

desk = create_desk_blueprint("surveys_xlsform", __name__)


class XlsformUploadForm(BaseForm):
    """The upload of a workbook whose questions replace those of the survey."""

    file = FileField(_l("XLSForm file (.xlsx)"), [FileRequired(_l("Choose a file."))], render_kw={"accept": ".xlsx"})
    seen = HiddenField()
    """The fingerprint of the survey's questions when the page was opened."""


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/xlsform", methods=["GET", "POST"])
def edit_xlsform(seminar_id: int, number: int) -> ResponseReturnValue:
    """Render the page for export and import, or replace the questions of the survey by those of a workbook."""
    survey = get_survey_or_404(seminar_id, number)
    questions = list_version_questions(survey.current_version)
    form = XlsformUploadForm(data={"seen": versions.compute_questions_fingerprint(questions)})
    if not form.validate_on_submit():
        return render_xlsform_page(survey, form, [])
    try:
        content = read_xlsform(read_form_sheets(form.file.data.read()))
    except TableUnreadable as error:
        form.file.errors = [str(XLSFORM_UNREADABLE_MESSAGES[error.reason])]
        return render_xlsform_page(survey, form, [])
    except XlsformInvalid as error:
        return render_xlsform_page(survey, form, error.problems)
    with commit_or_explain(dict.fromkeys(EDITING_ERRORS, "")) as outcome:
        versions.replace_survey_questions(db.session(), survey, content.questions, form.seen.data or "", now())
    if outcome.refusal:
        form.file.errors = [format_editing_error(outcome.refusal)]
        return render_xlsform_page(survey, form, [])
    flash_xlsform_result(survey, content)
    if content.omissions:
        form.seen.data = versions.compute_questions_fingerprint(content.questions)
        return render_xlsform_page(survey, form, content.omissions, is_imported=True)
    return redirect_to_survey_questions(survey)


def flash_xlsform_result(survey: Survey, content: XlsformContent) -> None:
    """Flash what was imported, what was not, and that the purpose of the survey stays if the file states another."""
    flash(_("Uploaded. Questions: %(num)d.", num=len(content.questions)), "success")
    if content.ignored_names:
        flash(_("Not imported: %(names)s", names=", ".join(dict.fromkeys(content.ignored_names))), "info")
    if content.purpose in set(SurveyPurpose) and content.purpose != survey.purpose:
        file_purpose = SURVEY_PURPOSE_LABELS[SurveyPurpose(content.purpose)]
        own_purpose = SURVEY_PURPOSE_LABELS[SurveyPurpose(survey.purpose)]
        message = _(
            "The file was made for “%(other)s”; the purpose of this survey is still “%(own)s”.",
            other=file_purpose,
            own=own_purpose,
        )
        flash(message, "info")


def render_xlsform_page(
    survey: Survey, form: XlsformUploadForm, problems: list[XlsformProblem], *, is_imported: bool = False
) -> ResponseReturnValue:
    """Render the page with what was left out of a workbook, or why it was rejected: then, or with an error, with status 422.

    The list may be too long for a message after a redirect. Sending the form again by reloading the page is refused, as the
    questions have changed since.
    """
    page = render_template(
        "surveys/xlsform/xlsform.html",
        seminar=survey.seminar,
        survey=survey,
        form=form,
        problems=problems,
        is_imported=is_imported,
        format_problem=format_xlsform_problem,
        fixed_reason=format_fixed_questions_reason(survey, versions.is_survey_answered(db.session(), survey)),
    )
    return page, 422 if form.errors or (problems and not is_imported) else 200


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/xlsform.xlsx")
def download_xlsform(seminar_id: int, number: int) -> ResponseReturnValue:
    """Send the current version of a survey as an XLSForm workbook."""
    survey = get_survey_or_404(seminar_id, number)
    return send_document(render_xlsform(survey), f"survey-{seminar_id}-{number}", "xlsx")
