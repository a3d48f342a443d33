"""The desk's pages on which a survey is exchanged as XLSForm: taking a file home, and taking one in, all of it or nothing."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.documents.files import handed_out
from trainer.documents.upload_tables import TableRefused, Unreadable, workbook_sheets
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.surveys.builder import versions
from trainer.surveys.builder.question_views import HINDRANCES, hindrance, why_fixed
from trainer.surveys.builder.settings_views import to_questions
from trainer.surveys.builder.wording import PURPOSES
from trainer.surveys.desk import survey_or_404
from trainer.surveys.models import Purpose, Survey
from trainer.surveys.questions.model import MOST
from trainer.surveys.responses import questions_of
from trainer.surveys.xlsform.errors import FormRefused, Issue, Trouble
from trainer.surveys.xlsform.export import workbook
from trainer.surveys.xlsform.reader import Taken, read_form
from trainer.web.forms import Form

desk = desk_blueprint("surveys_xlsform", __name__)

SHOWN = 50  # rows that are wrong, at most
UNREADABLE = {
    Unreadable.OLD_EXCEL: _l(
        "This is a file of an old Excel (.xls), or one with a password. Open it and save it as .xlsx without a password."
    ),
    Unreadable.TOO_LARGE: _l("This file is too large for a survey. Delete empty rows and foreign sheets."),
    Unreadable.NO_TABLE: _l("This is no workbook that can be read. Please choose an .xlsx file."),
    Unreadable.EMPTY: _l("The file is empty."),
}


class FormFile(Form):
    """A workbook to take in."""

    file = FileField(
        _l("XLSForm file (.xlsx)"), [FileRequired(_l("Please choose a file."))], render_kw={"accept": ".xlsx"}
    )
    seen = HiddenField()
    """The mark of the questions that the file is to replace, as they were shown."""


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/xlsform", methods=["GET", "POST"])
def exchange(seminar_id: int, number: int) -> ResponseReturnValue:
    """Offer the file, and take one in instead of the questions."""
    survey = survey_or_404(seminar_id, number)
    form = FormFile(data={"seen": versions.mark_of(questions_of(survey.current))})
    if not form.validate_on_submit():
        return show(survey, form, [])
    try:
        taken = read_form(sheets_of(form.file.data.read()))
        versions.replace_all(db.session(), survey, taken.questions, form.seen.data or "", now())
    except TableRefused as refused:
        form.file.errors = [str(UNREADABLE[refused.reason])]
    except FormRefused as refused:
        return show(survey, form, refused.issues)
    except (*HINDRANCES, versions.QuestionsRefused) as error:
        form.file.errors = [hindrance(error)]
        db.session.rollback()
    else:
        db.session.commit()
        tell(survey, taken)
        return to_questions(survey)
    return show(survey, form, [])


def sheets_of(content: bytes) -> dict[str, list[list[str]]]:
    """Read the sheets of a file. Raises TableRefused."""
    if not content:
        raise TableRefused(Unreadable.EMPTY)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableRefused(Unreadable.OLD_EXCEL)
    return workbook_sheets(content)


def tell(survey: Survey, taken: Taken) -> None:
    """Say what was taken in, and what was left out."""
    flash(_("Taken in. Questions: %(num)d.", num=len(taken.questions)), "success")
    if taken.left_out:
        flash(_("Left out: %(names)s", names=", ".join(dict.fromkeys(taken.left_out))), "info")
    if taken.purpose in set(Purpose) and taken.purpose != survey.purpose:
        other, own = PURPOSES[Purpose(taken.purpose)], PURPOSES[Purpose(survey.purpose)]
        flash(_("The file was made for “%(other)s”; this survey stays “%(own)s”.", other=other, own=own), "info")


def show(survey: Survey, form: FormFile, issues: list[Issue]) -> ResponseReturnValue:
    """Show the page, with every row that can't be taken."""
    page = render_template(
        "surveys/xlsform/xlsform.html",
        seminar=survey.seminar,
        survey=survey,
        form=form,
        issues=issues[:SHOWN],
        more=max(0, len(issues) - SHOWN),
        why=why,
        why_fixed=why_fixed(survey, versions.is_answered(db.session(), survey)),
    )
    return page, 422 if form.errors or issues else 200


def why(issue: Issue) -> str:
    """Say why a row can't be taken."""
    detail = issue.detail
    return {
        Trouble.SHEET: _("The workbook has no sheet “survey” with the columns type, name and label."),
        Trouble.TYPE: _("Questions of the type “%(type)s” can’t be asked here.", type=detail),
        Trouble.NAME: _("Every row needs a name of its own (column name)."),
        Trouble.NO_TEXT: _("The words are missing (columns label)."),
        Trouble.TEXT: _(
            "Please write plain text, without tags, symbols that no document shows, or an IIN: %(text)s", text=detail
        ),
        Trouble.TOO_LONG: _("At most %(most)s characters, please.", most=detail),
        Trouble.LIST: _(
            "The list “%(list)s” is not in the sheet choices, or it has fewer than 2 or more than 30 choices.",
            list=detail,
        ),
        Trouble.CONDITION: _(
            "Only conditions on certain answers to one earlier question can be kept, not: %(formula)s", formula=detail
        ),
        Trouble.CONSTRAINT: _("Only bounds such as “. >= 0 and . <= 60” can be kept, not: %(formula)s", formula=detail),
        Trouble.REQUIRED: _("Only yes or no can be kept in the column required, not: %(formula)s", formula=detail),
        Trouble.PARAMETERS: _(
            "Only the range from 0 to 10 in steps of 1 can be kept, not: %(formula)s", formula=detail
        ),
        Trouble.GROUP: _("A group is not begun or not ended, or has a condition inside another group with one."),
        Trouble.AFTER_GROUP: _(
            "It would be shown on other conditions here. Put it before the group, or into a group of its own."
        ),
        Trouble.TOO_MANY: _("A survey has at most %(most)d questions.", most=MOST),
    }[issue.trouble]


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/xlsform.xlsx")
def file(seminar_id: int, number: int) -> ResponseReturnValue:
    """Hand out the survey as XLSForm."""
    survey = survey_or_404(seminar_id, number)
    return handed_out(workbook(survey), f"survey-{seminar_id}-{number}", "xlsx")
