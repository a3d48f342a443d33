"""What was doubtful about an indicator in the contract, and what was decided."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from trainer.projects.importing.entries import load_plan
from trainer.projects.importing.review import build_doubt_cards
from trainer.projects.models import Indicator, PlanDraft, Project


@dataclass(frozen=True)
class Decision:
    """A doubt as a question, and its answer with the note and who gave it; empty if nobody did."""

    question: str
    answer: str = ""
    note: str = ""
    by: str = ""


def list_decisions(session: Session, project: Project, indicator: Indicator) -> list[Decision]:
    """Return the doubts about an indicator and its activity with the decisions of the import, else the plan's own remark."""
    query = select(PlanDraft).where(PlanDraft.project_id == project.id).options(undefer(PlanDraft.plan))
    draft = session.scalar(query.order_by(PlanDraft.id.desc()).limit(1))
    codes = {indicator.code, indicator.activity.code if indicator.activity else ""}
    cards = build_doubt_cards(draft, load_plan(draft.plan)) if draft else []
    decisions = [
        Decision(card.question, card.answer_name, card.answer.get("note", ""), card.answer.get("by", ""))
        for card in cards
        if card.code in codes
    ]
    if not decisions and indicator.doubt:
        return [Decision(indicator.doubt)]
    return decisions
