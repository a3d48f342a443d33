"""Messages for files that can't be read as a workbook, and for the problems of XLSForm rows."""

from trainer.documents.upload_limits import TableReadProblem
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.surveys.questions.model import MAX_CHOICES_PER_QUESTION, MAX_QUESTIONS_PER_SURVEY
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
    """Return the message about what was left out of a row or changed, or why a workbook is refused."""
    detail = problem.detail
    return {
        XlsformProblemKind.SHEET: _("The workbook has no “survey” sheet with the columns type, name and label."),
        XlsformProblemKind.TYPE: _("Left out: the type “%(type)s” is not supported here.", type=detail),
        XlsformProblemKind.NO_TEXT: _("Left out: the text is missing (columns label)."),
        XlsformProblemKind.IIN: _("Left out: the text contains an IIN, which must not be saved."),
        XlsformProblemKind.TOO_LONG: _("Left out: the text has more than %(most)s characters.", most=detail),
        XlsformProblemKind.LIST: _(
            "Left out: the list “%(list)s” is not on the choices sheet, or it has fewer than 2 or more than %(most)d "
            "usable choices.",
            list=detail,
            most=MAX_CHOICES_PER_QUESTION,
        ),
        XlsformProblemKind.TOO_MANY: _(
            "Left out: a survey must have no more than %(most)d questions.", most=MAX_QUESTIONS_PER_SURVEY
        ),
        XlsformProblemKind.CONDITION: _(
            "Asked without this condition: %(formula)s. Only certain answers to one earlier question can be a condition.",
            formula=detail,
        ),
        XlsformProblemKind.CONSTRAINT: _(
            "Asked without this check: %(formula)s. Only limits of a number such as “. >= 0 and . <= 60” are supported.",
            formula=detail,
        ),
        XlsformProblemKind.REQUIRED: _("Not required here, as this depends on a formula: %(formula)s", formula=detail),
        XlsformProblemKind.PARAMETERS: _("Any whole number can be given; left out: %(formula)s", formula=detail),
        XlsformProblemKind.FILTER: _(
            "All choices of the list are offered, without the filter: %(formula)s", formula=detail
        ),
        XlsformProblemKind.REPEAT: _("Asked once: questions can’t be repeated here."),
        XlsformProblemKind.CHARACTERS: _(
            "Characters that can’t be printed were removed from the text: %(text)s", text=detail
        ),
        XlsformProblemKind.FORMATTING: _("Formatting was removed from the text: %(text)s", text=detail),
        XlsformProblemKind.REFERENCE: _(
            "An answer can’t be shown in a text, so there is “…” in its place: %(text)s", text=detail
        ),
        XlsformProblemKind.LANGUAGE: _("There is no text in: %(languages)s", languages=detail),
        XlsformProblemKind.GROUP: _("A group has no start or no end."),
        XlsformProblemKind.HEADING: _(
            "A heading was inserted before this question, as the condition of the previous one does not apply to it."
        ),
        XlsformProblemKind.NEGATION: _(
            "Shown once one of the other answers is chosen, not before there is an answer: %(formula)s", formula=detail
        ),
        XlsformProblemKind.DATE: _(
            "The text is a date; check whether the spreadsheet program changed it from something like “1-5”: %(text)s",
            text=detail.partition(" ")[0],
        ),
        XlsformProblemKind.NAME_AS_TEXT: _("The choice has no text, so its name is shown: %(name)s", name=detail),
    }[problem.kind]
