"""Drafts of uploaded plans: what is still open, answers to it, and the project that is made in the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.accounts.memberships import list_project_ids
from trainer.accounts.models import User
from trainer.accounts.permissions import READERS
from trainer.language.translated import Translated
from trainer.projects.editing.changes import find_free_project_code
from trainer.projects.guesses.doubts import get_doubt_key
from trainer.projects.guesses.entries import Plan, list_plan_indicators
from trainer.projects.importing.entries import apply_answers, dump_plan, list_activities, load_plan
from trainer.projects.models import PlanDraft, Project
from trainer.projects.plan import build_project_code, check_plan, import_plan

MAX_FILE_NAME_LENGTH = 120
CORRECTED = "corrected"
"""The answer to a doubt about an indicator that was corrected by hand."""


class DraftImported(Exception):
    """The draft has become a project."""


class DraftIncomplete(Exception):
    """Something in the draft is still open."""


@dataclass(frozen=True)
class OpenQuestions:
    """How much of a draft is open: facts of the project, activities, indicators to complete and to confirm, doubts."""

    facts: bool
    activities: bool
    incomplete: int
    unconfirmed: int
    doubts: int

    @property
    def are_answered(self) -> bool:
        """Return whether nothing is open."""
        return not (self.facts or self.activities or self.incomplete or self.unconfirmed or self.doubts)


def create_plan_draft(session: Session, user: User | None, plan: Plan, file_name: str, now: datetime) -> PlanDraft:
    """Store a plan that a user had read from a file as a draft, flush it and return it."""
    for name in ("are_activities_confirmed", "is_project_confirmed"):
        plan.setdefault(name, plan.get("is_stated", False))
    draft = PlanDraft(
        uploaded_at=now,
        uploaded_by_id=user.id if user else None,
        file_name=file_name[-MAX_FILE_NAME_LENGTH:],
        plan=dump_plan(plan),
        answers={},
    )
    session.add(draft)
    session.flush()
    return draft


def list_open_drafts(session: Session, user: User) -> list[PlanDraft]:
    """Return a user's drafts that are no project yet, the newest first."""
    own = PlanDraft.project_id.is_(None), PlanDraft.uploaded_by_id == user.id
    return list(session.scalars(select(PlanDraft).where(*own).order_by(PlanDraft.id.desc())))


def can_see_draft(user: User, draft: PlanDraft) -> bool:
    """Return whether a user may see a draft: an own one, or the record of the import of a project that the user may read."""
    if draft.project_id is None:
        return draft.uploaded_by_id == user.id
    return draft.project_id in list_project_ids(user, READERS)


def find_import_record(session: Session, project: Project) -> PlanDraft | None:
    """Return the draft that a project was made of."""
    return session.scalar(select(PlanDraft).where(PlanDraft.project_id == project.id))


def read_draft(draft: PlanDraft) -> Plan:
    """Return the plan of a draft with the effects of its answers."""
    return apply_answers(load_plan(draft.plan), draft.answers)


def change_draft(draft: PlanDraft, plan: Plan) -> None:
    """Store the changed plan of a draft. Raises DraftImported."""
    if draft.project_id is not None:
        raise DraftImported
    draft.plan = dump_plan(plan)
    draft.version += 1


def list_open_questions(draft: PlanDraft) -> OpenQuestions:
    """Return what is still open in a draft."""
    plan = load_plan(draft.plan)
    indicators = list_plan_indicators(plan)
    open_codes = {doubt["code"] for doubt in plan["doubts"] if get_doubt_key(doubt) not in draft.answers}
    return OpenQuestions(
        facts=not plan["is_project_confirmed"],
        activities=not plan["are_activities_confirmed"]
        or any(not activity.get("start") for activity in list_activities(plan)),
        incomplete=sum(is_incomplete(indicator) for indicator in indicators),
        unconfirmed=sum(is_unconfirmed(indicator, open_codes) for indicator in indicators),
        doubts=sum(get_doubt_key(doubt) not in draft.answers for doubt in plan["doubts"]),
    )


def is_incomplete(indicator: Plan) -> bool:
    """Return whether something of an indicator is unknown, so that a person has to enter it."""
    return not indicator.get("is_confirmed") and bool(indicator.get("unknown") or not indicator.get("planned"))


def is_unconfirmed(indicator: Plan, open_codes: set[str]) -> bool:
    """Return whether an indicator is completely read, nothing about it is doubtful, and nobody has confirmed it."""
    return not indicator.get("is_confirmed") and not is_incomplete(indicator) and indicator["id"] not in open_codes


def confirm_sure_readings(draft: PlanDraft) -> int:
    """Confirm every indicator that is completely read and not doubtful; return how many."""
    plan = load_plan(draft.plan)
    open_codes = {doubt["code"] for doubt in plan["doubts"] if get_doubt_key(doubt) not in draft.answers}
    sure = [indicator for indicator in list_plan_indicators(plan) if is_unconfirmed(indicator, open_codes)]
    for indicator in sure:
        indicator["is_confirmed"] = True
    change_draft(draft, plan)
    return len(sure)


def record_answers(draft: PlanDraft, answers: Mapping[str, tuple[str, str]], who: str, now: datetime) -> None:
    """Store the options that were chosen for doubts with their notes, and confirm the indicators that they complete.

    An answer that is unchanged keeps its author and time. Raises DraftImported.
    """
    plan = load_plan(draft.plan)
    stored = dict(draft.answers)
    for doubt in plan["doubts"]:
        key = get_doubt_key(doubt)
        option, note = answers.get(key, ("", ""))
        before = stored.get(key, {})
        if option in (*doubt["options"], CORRECTED) and (option, note) != (before.get("option"), before.get("note")):
            stored[key] = {"option": option, "note": note, "by": who, "at": now.isoformat()}
    draft.answers = stored
    open_codes = {doubt["code"] for doubt in plan["doubts"] if get_doubt_key(doubt) not in stored}
    decided = {doubt["code"] for doubt in plan["doubts"]} - open_codes
    for indicator in list_plan_indicators(plan):
        if indicator["id"] in decided and not is_incomplete(indicator):
            indicator["is_confirmed"] = True
    change_draft(draft, plan)


def correct_indicator(draft: PlanDraft, code: str, changes: Mapping[str, Any], who: str, now: datetime) -> None:
    """Replace what was read of an indicator by what a person entered; its doubts are answered by that. Raises DraftImported."""
    plan = read_draft(draft)
    indicator = next(indicator for indicator in list_plan_indicators(plan) if indicator["id"] == code)
    indicator.update(changes, unknown=[], is_confirmed=True)
    stored = load_plan(draft.plan)
    for other in list_plan_indicators(stored):
        if other["id"] == code:
            other.update(indicator)
    change_draft(draft, stored)
    keys = [get_doubt_key(doubt) for doubt in stored["doubts"] if doubt["code"] == code]
    record_answers(draft, dict.fromkeys(keys, (CORRECTED, "")), who, now)


def remove_indicator(draft: PlanDraft, code: str) -> None:
    """Remove an indicator that the file does not contain, with its doubts. Raises DraftImported."""
    plan = load_plan(draft.plan)
    holders = [*list_activities(plan), plan.get("social_impact", {})]
    for holder in holders:
        holder["indicators"] = [indicator for indicator in holder.get("indicators", []) if indicator["id"] != code]
    plan["doubts"] = [doubt for doubt in plan["doubts"] if doubt["code"] != code]
    change_draft(draft, plan)


def import_draft(session: Session, draft: PlanDraft, serial_prefix: str, now: datetime) -> Project:
    """Make a project of a draft, flush it and return it.

    Raises DraftImported, DraftIncomplete while something is open, PlanInvalid for texts that are too long, and
    PlanAlreadyImported if the file names a project that exists.
    """
    if draft.project_id is not None:
        raise DraftImported
    if not list_open_questions(draft).are_answered:
        raise DraftIncomplete
    plan = read_draft(draft)
    facts = plan["project"]
    if not facts.get("id"):
        code = build_project_code(Translated.from_mapping(facts["title"]), facts["period"]["start"])
        facts["id"] = find_free_project_code(session, code)
    check_plan(plan)
    project = import_plan(session, plan, serial_prefix)
    draft.project, draft.imported_at = project, now
    return project
