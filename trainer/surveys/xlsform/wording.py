"""Messages for files that can't be read as a workbook, and for the problems of XLSForm rows."""

from trainer.documents.upload_limits import TableReadProblem
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


XLSFORM_PROBLEM_SENTENCES = {
    XlsformProblemKind.SHEET: _l("The workbook has no “survey” sheet with the columns type, name and label."),
    XlsformProblemKind.TYPE: _l("Left out: the type “%(type)s” is not supported here."),
    XlsformProblemKind.NO_TEXT: _l("Left out: the text is missing (columns label)."),
    XlsformProblemKind.IIN: _l("Left out: the text contains an IIN, which must not be saved."),
    XlsformProblemKind.TOO_LONG: _l("Left out: the text has more than %(most)s characters."),
    XlsformProblemKind.LIST: _l(
        "Left out: the list “%(list)s” is not on the choices sheet, or it has fewer than 2 or more than %(most)d "
        "usable choices.",
    ),
    XlsformProblemKind.TOO_MANY: _l("Left out: a survey must have no more than %(most)d questions."),
    XlsformProblemKind.CONDITION: _l(
        "Asked without this condition: %(formula)s. Only certain answers to one earlier question can be a condition.",
    ),
    XlsformProblemKind.CONSTRAINT: _l(
        "Asked without this check: %(formula)s. Only limits of a number such as “. >= 0 and . <= 60” are supported.",
    ),
    XlsformProblemKind.REQUIRED: _l("Not required here, as this depends on a formula: %(formula)s"),
    XlsformProblemKind.PARAMETERS: _l("Any whole number can be given; left out: %(formula)s"),
    XlsformProblemKind.FILTER: _l("All choices of the list are offered, without the filter: %(formula)s"),
    XlsformProblemKind.REPEAT: _l("Asked once: questions can’t be repeated here."),
    XlsformProblemKind.CHARACTERS: _l("Characters that can’t be printed were removed from the text: %(text)s"),
    XlsformProblemKind.FORMATTING: _l("Formatting was removed from the text: %(text)s"),
    XlsformProblemKind.REFERENCE: _l("An answer can’t be shown in a text, so there is “…” in its place: %(text)s"),
    XlsformProblemKind.LANGUAGE: _l("There is no text in: %(languages)s"),
    XlsformProblemKind.GROUP: _l("A group has no start or no end."),
    XlsformProblemKind.HEADING: _l(
        "A heading was inserted before this question, as the condition of the previous one does not apply to it."
    ),
    XlsformProblemKind.NEGATION: _l(
        "Shown once one of the other answers is chosen, not before there is an answer: %(formula)s"
    ),
    XlsformProblemKind.DATE: _l(
        "The text is a date; check whether the spreadsheet program changed it from something like “1-5”: %(text)s",
    ),
    XlsformProblemKind.NAME_AS_TEXT: _l("The choice has no text, so its name is shown: %(name)s"),
}
"""The sentence for each kind of problem; most show the detail of the problem, some a limit."""
LIMITS = {XlsformProblemKind.LIST: MAX_CHOICES_PER_QUESTION, XlsformProblemKind.TOO_MANY: MAX_QUESTIONS_PER_SURVEY}


def format_xlsform_problem(problem: XlsformProblem) -> str:
    """Return the message about what was left out of a row or changed, or why a workbook is refused."""
    detail = problem.detail.partition(" ")[0] if problem.kind == XlsformProblemKind.DATE else problem.detail
    values = dict.fromkeys(("type", "list", "formula", "text", "name", "languages"), detail)
    return str(XLSFORM_PROBLEM_SENTENCES[problem.kind]) % {**values, "most": LIMITS.get(problem.kind, detail)}
