"""Sentences of the import: why a file can't be read, where something stands in it, doubts and their answers."""

from collections.abc import Mapping
from typing import Any

from trainer.documents.upload_limits import TableReadProblem, TableUnreadable
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.projects.annex.archive import AnnexUnreadable, WordReadProblem
from trainer.projects.importing.drafts import CORRECTED
from trainer.projects.wording import PER_NAMES, UNIT_NAMES, name_choice

SAVE_AS_DOCX = _l(
    "Open it in Word or LibreOffice, choose “Save as”, then the type “Word document (.docx)”, and upload that file."
)
WORD_PROBLEMS = {
    WordReadProblem.OLD_WORD: _l("This is an old Word file (.doc), or the file has a password."),
    WordReadProblem.PDF: _l("This is a PDF: its tables can’t be read reliably."),
    WordReadProblem.OTHER_TEXT: _l("This document is not in the format .docx."),
    WordReadProblem.DAMAGED: _l(
        "The file is damaged, or it is neither a Word document, nor an Excel workbook, nor a plan in YAML."
    ),
    WordReadProblem.TOO_LARGE: _l(
        "The document is too large. Keep the annex with the plan and delete everything else from the file."
    ),
    WordReadProblem.NO_PLAN: _l(
        "No plan was found in this document. It needs a table for each task with columns for the activity, the place, "
        "the indicators, the planned values and the period."
    ),
}
TABLE_PROBLEMS = {
    TableReadProblem.OLD_EXCEL: _l("This is an old Excel file (.xls), or the file has a password. Save it as .xlsx."),
    TableReadProblem.TOO_LARGE: _l("The workbook is too large for a plan."),
    TableReadProblem.NO_TABLE: _l("The workbook is damaged."),
    TableReadProblem.EMPTY: _l("The file is empty."),
}
NEEDS_SAVE_AS = (WordReadProblem.OLD_WORD, WordReadProblem.PDF, WordReadProblem.OTHER_TEXT)


def explain_unreadable_file(error: AnnexUnreadable | TableUnreadable) -> str:
    """Return why a file can't be read, and what to do."""
    if isinstance(error, TableUnreadable):
        return str(TABLE_PROBLEMS[error.reason])
    sentence = str(WORD_PROBLEMS[error.reason])
    return f"{sentence} {SAVE_AS_DOCX}" if error.reason in NEEDS_SAVE_AS else sentence


def format_source_place(source: Mapping[str, Any]) -> str:
    """Return where something stands in the file; empty if that is not known."""
    if "table" in source:
        return _("Table %(table)d, row %(row)d", table=source["table"], row=source["row"])
    if "sheet" in source:
        return _("Sheet “%(sheet)s”, row %(row)d", sheet=source["sheet"], row=source["row"])
    return ""


def format_doubt_question(doubt: Mapping[str, Any]) -> str:
    """Return a doubt as a question."""
    facts = doubt["facts"]
    if doubt["rule"] == "noted":
        return _("The file notes a doubt: %(note)s", note=facts["note"])
    if doubt["rule"] == "heading_differs":
        return _(
            "The heading of the task promises %(value)s, this row %(row)s. Which figure applies?",
            value=facts["value"],
            row=facts["row"],
        )
    if doubt["rule"] == "together_or_each":
        return _(
            "The activity has %(count)d events. Is the figure meant for all of them together, or for each?",
            count=facts["count"],
        )
    if doubt["rule"] == "unit_differs":
        return _(
            "The name speaks of “%(usual)s”, the value of “%(printed)s”. What is counted?",
            usual=name_choice(UNIT_NAMES, facts["usual"]),
            printed=name_choice(UNIT_NAMES, facts["printed"]),
        )
    if doubt["rule"] == "twin_differs":
        return _(
            "No unit is printed here; %(code)s has the same name and counts another unit. What is counted?",
            code=facts["twin"],
        )
    return str(DOUBT_QUESTIONS[doubt["rule"]])


DOUBT_QUESTIONS = {
    "proof_or_target": _l("Does the word after the second figure say how it is proved, or what is counted?"),
    "list_or_total": _l("Are the people in brackets meant on each list, or in total?"),
    "who_is_asked": _l("Whose satisfaction is measured?"),
    "composition": _l("The annex does not say who or what exactly counts. How is this figure found?"),
    "bare_percentage": _l(
        "The expected results say “at least” with this percentage, the cell does not. How is it meant?"
    ),
    "range": _l("The cell names a range. Which figure is the target?"),
    "several_figures": _l(
        "The cell has several figures, and not all of them were read. Compare, and change the reading if it is wrong."
    ),
    "upper_limit": _l(
        "The cell names an upper limit. It is read as the planned figure; change it if it is meant otherwise."
    ),
    "per_unclear": _l("The cell says “each”. For each what?"),
    "pairing": _l(
        "Names and values of this activity are not in equal numbers side by side. Compare each pair with the document, "
        "and correct those that are wrong."
    ),
}
DOUBT_OPTIONS = {
    ("proof_or_target", "proof"): _l("How it is proved"),
    ("proof_or_target", "target"): _l("What is counted"),
    ("list_or_total", "list"): _l("On each list"),
    ("list_or_total", "total"): _l("In total"),
    ("together_or_each", "together"): _l("For all events together"),
    ("together_or_each", "each"): _l("For each event"),
    ("who_is_asked", "own"): _l("Participants of this activity"),
    ("composition", "measured"): _l("The system counts it, each person once"),
    ("composition", "entered"): _l("Entered manually, with a proof"),
    ("bare_percentage", "at_least"): _l("At least"),
    ("bare_percentage", "exactly"): _l("Exactly"),
    ("pairing", "checked"): _l("Compared; the pairs are right or corrected"),
}


def format_doubt_option(doubt: Mapping[str, Any], option: str) -> str:
    """Return the name of an answer to a doubt."""
    facts, rule = doubt["facts"], doubt["rule"]
    if option == CORRECTED:
        return _("Corrected manually")
    if (rule, option) in DOUBT_OPTIONS:
        return str(DOUBT_OPTIONS[rule, option])
    if rule == "who_is_asked":
        codes = ", ".join(facts["populations"][option].split())
        return (
            _("Participants of the project: %(codes)s", codes=codes)
            if option == "all"
            else _("Participants of %(codes)s", codes=codes)
        )
    if rule == "per_unclear":
        return name_choice(PER_NAMES, option)
    if rule in ("unit_differs", "twin_differs"):
        unit = {"printed": "printed", "usual": "usual", "own": "own", "twin": "unit"}[option]
        return name_choice(UNIT_NAMES, facts[unit])
    if rule == "heading_differs":
        return str(facts["row" if option == "row" else "value"])
    if rule == "range":
        return str(facts[option])
    return _("Compared; it is right")
