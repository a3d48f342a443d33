"""The desk's pages on which a survey is exchanged as XLSForm: taking a file home, and taking one in, all of it or nothing."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.documents.files import send_document
from trainer.documents.upload_tables import TableReadProblem, TableUnreadable, read_workbook_sheets
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
from trainer.surveys.questions.model import MAX_QUESTIONS_PER_SURVEY
from trainer.surveys.xlsform.errors import XlsformInvalid, XlsformProblem, XlsformProblemKind
from trainer.surveys.xlsform.export import render_xlsform
from trainer.surveys.xlsform.reader import XlsformContent, read_xlsform
from trainer.web.forms import BaseForm

desk = create_desk_blueprint("surveys_xlsform", __name__)

MAX_PROBLEMS_SHOWN = 50  # rows that are wrong, at most
XLSFORM_UNREADABLE_MESSAGES = {
    TableReadProblem.OLD_EXCEL: _l(
        "This file is in the old Excel format (.xls) or has a password. Open it and save it as .xlsx without a "
        "password."
    ),
    TableReadProblem.TOO_LARGE: _l("This file is too large for a survey. Delete empty rows and unrelated sheets."),
    TableReadProblem.NO_TABLE: _l("This file can’t be read as an Excel workbook. Choose an .xlsx file."),
    TableReadProblem.EMPTY: _l("The file is empty."),
}


class XlsformUploadForm(BaseForm):
    """A workbook to take in."""

    file = FileField(_l("XLSForm file (.xlsx)"), [FileRequired(_l("Choose a file."))], render_kw={"accept": ".xlsx"})
    seen = HiddenField()
    """The mark of the questions that the file is to replace, as they were shown."""


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/xlsform", methods=["GET", "POST"])
def edit_xlsform(seminar_id: int, number: int) -> ResponseReturnValue:
    """Offer the file, and take one in instead of the questions."""
    survey = get_survey_or_404(seminar_id, number)
    form = XlsformUploadForm(
        data={"seen": versions.compute_questions_fingerprint(list_version_questions(survey.current_version))}
    )
    if not form.validate_on_submit():
        return render_xlsform_page(survey, form, [])
    try:
        taken = read_xlsform(read_xlsform_sheets(form.file.data.read()))
        versions.replace_survey_questions(db.session(), survey, taken.questions, form.seen.data or "", now())
    except TableUnreadable as refused:
        form.file.errors = [str(XLSFORM_UNREADABLE_MESSAGES[refused.reason])]
    except XlsformInvalid as refused:
        return render_xlsform_page(survey, form, refused.problems)
    except EDITING_ERRORS as error:
        form.file.errors = [format_editing_error(error)]
        db.session.rollback()
    else:
        db.session.commit()
        flash_xlsform_result(survey, taken)
        return redirect_to_survey_questions(survey)
    return render_xlsform_page(survey, form, [])


def read_xlsform_sheets(content: bytes) -> dict[str, list[list[str]]]:
    """Read the sheets of a file. Raises TableUnreadable."""
    if not content:
        raise TableUnreadable(TableReadProblem.EMPTY)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableUnreadable(TableReadProblem.OLD_EXCEL)
    return read_workbook_sheets(content)


def flash_xlsform_result(survey: Survey, content: XlsformContent) -> None:
    """Say what was taken in, and what was left out."""
    flash(_("Uploaded. Questions: %(num)d.", num=len(content.questions)), "success")
    if content.ignored_names:
        flash(_("Not imported: %(names)s", names=", ".join(dict.fromkeys(content.ignored_names))), "info")
    if content.purpose in set(SurveyPurpose) and content.purpose != survey.purpose:
        other, own = (
            SURVEY_PURPOSE_LABELS[SurveyPurpose(content.purpose)],
            SURVEY_PURPOSE_LABELS[SurveyPurpose(survey.purpose)],
        )
        flash(
            _(
                "The file was made for “%(other)s”; the purpose of this survey is still “%(own)s”.",
                other=other,
                own=own,
            ),
            "info",
        )


def render_xlsform_page(survey: Survey, form: XlsformUploadForm, problems: list[XlsformProblem]) -> ResponseReturnValue:
    """Show the page, with every row that can't be taken."""
    page = render_template(
        "surveys/xlsform/xlsform.html",
        seminar=survey.seminar,
        survey=survey,
        form=form,
        issues=problems[:MAX_PROBLEMS_SHOWN],
        more=max(0, len(problems) - MAX_PROBLEMS_SHOWN),
        why=format_xlsform_problem,
        why_fixed=format_fixed_questions_reason(survey, versions.is_survey_answered(db.session(), survey)),
    )
    return page, 422 if form.errors or problems else 200


def format_xlsform_problem(problem: XlsformProblem) -> str:
    """Say why a row can't be taken."""
    detail = problem.detail
    return {
        XlsformProblemKind.SHEET: _("The workbook has no “survey” sheet with the columns type, name and label."),
        XlsformProblemKind.TYPE: _("Questions of the type “%(type)s” are not supported here.", type=detail),
        XlsformProblemKind.NAME: _("Every row must have its own name (column name)."),
        XlsformProblemKind.NO_TEXT: _("The text is missing (columns label)."),
        XlsformProblemKind.TEXT: _(
            "Use plain text, without tags, unprintable characters or an IIN: %(text)s", text=detail
        ),
        XlsformProblemKind.TOO_LONG: _("Use no more than %(most)s characters.", most=detail),
        XlsformProblemKind.LIST: _(
            "The list “%(list)s” is not on the choices sheet, or it has fewer than 2 or more than 30 choices.",
            list=detail,
        ),
        XlsformProblemKind.CONDITION: _(
            "Only conditions on certain answers to one earlier question are supported, not: %(formula)s", formula=detail
        ),
        XlsformProblemKind.CONSTRAINT: _(
            "Only limits such as “. >= 0 and . <= 60” are supported, not: %(formula)s", formula=detail
        ),
        XlsformProblemKind.REQUIRED: _(
            "Only yes or no is supported in the column required, not: %(formula)s", formula=detail
        ),
        XlsformProblemKind.PARAMETERS: _(
            "Only the range from 0 to 10 in steps of 1 is supported, not: %(formula)s", formula=detail
        ),
        XlsformProblemKind.GROUP: _(
            "A group has no start or no end, or a group with a condition is inside another group with a condition."
        ),
        XlsformProblemKind.AFTER_GROUP: _(
            "Its conditions would be different here. Put it before the group, or in a separate group."
        ),
        XlsformProblemKind.TOO_MANY: _(
            "A survey must have no more than %(most)d questions.", most=MAX_QUESTIONS_PER_SURVEY
        ),
    }[problem.kind]


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/xlsform.xlsx")
def download_xlsform(seminar_id: int, number: int) -> ResponseReturnValue:
    """Hand out the survey as XLSForm."""
    survey = get_survey_or_404(seminar_id, number)
    return send_document(render_xlsform(survey), f"survey-{seminar_id}-{number}", "xlsx")
