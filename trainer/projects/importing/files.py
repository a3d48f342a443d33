"""Reading an uploaded plan, whichever kind of file it is: Word annex, workbook or YAML."""

import io
import zipfile
from typing import Any

from trainer.documents.upload_limits import TableReadProblem, TableUnreadable
from trainer.projects.annex.archive import DAMAGES, OLE_SIGNATURE, AnnexUnreadable, WordReadProblem, check_signature
from trainer.projects.annex.reader import read_annex
from trainer.projects.guesses.entries import list_plan_indicators
from trainer.projects.guesses.plan import guess_plan
from trainer.projects.importing.entries import build_stated_plan, list_activities
from trainer.projects.plan import read_plan
from trainer.projects.spreadsheet.reader import read_plan_workbook

UNREADABLE = (AnnexUnreadable, TableUnreadable)


def read_plan_file(content: bytes, file_name: str = "") -> dict[str, Any]:
    """Return the plan of a file with guesses and doubts.

    Raises AnnexUnreadable, TableUnreadable or PlanInvalid, which lists problems.
    """
    if content.startswith(OLE_SIGNATURE) and file_name.lower().endswith((".xls", ".xlsx")):
        raise TableUnreadable(TableReadProblem.OLD_EXCEL)
    if content.startswith(b"PK"):
        plan = read_plan_workbook(content) if is_workbook(content) else read_annex(content)
        guess_plan(plan)
        return plan
    if file_name.lower().endswith((".yaml", ".yml")) or is_plain_text(content):
        return build_stated_plan(read_plan(content))
    check_signature(content)
    raise AnnexUnreadable(WordReadProblem.DAMAGED)


def is_plain_text(content: bytes) -> bool:
    """Return whether a file may be YAML: a text that is no RTF, HTML or PDF."""
    start = content[:1024].lstrip()
    return not start.startswith((OLE_SIGNATURE, b"{\\rtf", b"<", b"MIME-Version", b"%PDF")) and b"\0" not in start


def is_workbook(content: bytes) -> bool:
    """Return whether an archive is a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (*DAMAGES, ValueError):
        return False


def format_plan_counts(plan: dict[str, Any]) -> str:
    """Return how much a plan contains, as `trainer plan check` prints it."""
    impact = len(plan.get("social_impact", {}).get("indicators", []))
    indicators = len(list_plan_indicators(plan)) - impact
    counts = (
        f"tasks {len(plan['tasks'])} activities {len(list_activities(plan))} indicators {indicators} impact {impact}"
    )
    return f"{counts} doubts {len(plan['doubts'])}"
