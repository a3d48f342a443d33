"""Messages for files that can't be read as a workbook, and for the problems of XLSForm rows."""

from trainer.documents.upload_limits import TableReadProblem
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.surveys.questions.model import MAX_QUESTIONS_PER_SURVEY
from trainer.surveys.xlsform.errors import XlsformProblem, XlsformProblemKind

XLSFORM_UNREADABLE_MESSAGES = {
    TableReadProblem.OLD_EXCEL: _l(
        "This file is in the old Excel format (.xls) or has a password. Open it and save it as .xlsx without a "
        "password."
    ),
    TableReadProblem.TOO_LARGE: _l("This file is too large for a survey. Delete empty rows and unrelated sheets."),
    TableReadProblem.NO_TABLE: _l("This file can’t be read as an Excel workbook. Choose an .xlsx file."),
    TableReadProblem.EMPTY: _l("The file is empty."),
}


def format_xlsform_problem(problem: XlsformProblem) -> str:
    """Return the message about a problem of a row."""
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
