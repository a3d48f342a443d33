"""Uploading plans on their page, and answering what a draft leaves open."""

import io
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.page import Page
from tests.visitor import Visitor
from trainer.projects.models import PlanDraft

ANNEX = (Path(__file__).parents[1] / "data" / "annex3.docx").read_bytes()
PROJECT_FACTS = {
    "grant_giver-kk": "«Азаматтық бастамаларды қолдау орталығы» КЕАҚ",
    "timezone": "Asia/Aqtau",
}


def upload_plan_file(organizer: Visitor, content: bytes, name: str = "annex3.docx", status: int = 303) -> Page:
    """Upload a file with a plan and return the response."""
    token = organizer.get("/desk/plan/new").read_form()[1]["csrf_token"]
    return organizer.post(
        "/desk/plan/new",
        {"csrf_token": token, "plan": (io.BytesIO(content), name)},
        status=status,
        content_type="multipart/form-data",
        buffered=True,
    )


def get_stored_draft(session: Session) -> PlanDraft:
    """Return the only draft as it is stored now."""
    session.expire_all()
    return session.scalars(select(PlanDraft)).one()


def choose_proposed(fields: dict[str, Any], draft: PlanDraft) -> dict[str, Any]:
    """Return the fields of the doubts' form with the proposed answer of each."""
    answers = {f"answer-{doubt['code']}-{doubt['rule']}": doubt["proposed"] for doubt in draft.plan["doubts"]}
    return {**fields, **answers}


def answer_everything(organizer: Visitor, session: Session, address: str) -> None:
    """Complete the project, save the activities as guessed, choose every proposed answer and confirm the readings."""
    organizer.submit(f"{address}/project", PROJECT_FACTS)
    organizer.submit(f"{address}/activities")
    fields = organizer.get(f"{address}/doubts").read_form()[1]
    organizer.post(f"{address}/doubts", choose_proposed(fields, get_stored_draft(session)))
    organizer.submit(f"{address}/readings")
