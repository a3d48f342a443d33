"""Figures that a person enters, with a proof, where nothing can be counted."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from trainer.evidence.models import EvidenceItem
from trainer.monitoring.figures import can_be_entered
from trainer.monitoring.models import EnteredFigure
from trainer.projects.models import Indicator, Project

PROOFS_OFFERED = 100


class FigureCounted(Exception):
    """The indicator is counted from rows, so nobody enters its figure."""


class ProofMissing(Exception):
    """The file that is to prove the figure is not one of the project, or was removed."""


@dataclass(frozen=True)
class FigureEntry:
    """What was typed: the value in a unit, the day for which it is true, and a note."""

    unit: str
    value: int
    valid_on: date
    note: str = ""


def list_possible_proofs(session: Session, project: Project, indicator: Indicator) -> list[EvidenceItem]:
    """Return the files that may prove a figure: those of the indicator's activity first, then the latest."""
    query = select(EvidenceItem).where(EvidenceItem.project_id == project.id, EvidenceItem.removed_at.is_(None))
    is_elsewhere = case((EvidenceItem.activity_id == indicator.activity_id, 0), else_=1)
    return list(session.scalars(query.order_by(is_elsewhere, EvidenceItem.id.desc()).limit(PROOFS_OFFERED)))


def record_figure(
    session: Session,
    project: Project,
    indicator: Indicator,
    entry: FigureEntry,
    proof_id: int,
    user_id: int | None,
    now: datetime,
) -> EnteredFigure:
    """Add a figure, which counts instead of earlier ones from its day on. Raises FigureCounted and ProofMissing."""
    if not can_be_entered(indicator):
        raise FigureCounted
    proof = session.get(EvidenceItem, proof_id)
    if proof is None or proof.project_id != project.id or proof.removed_at is not None:
        raise ProofMissing
    figure = EnteredFigure(
        indicator=indicator,
        unit=entry.unit,
        value=entry.value,
        valid_on=entry.valid_on,
        note=entry.note,
        proof=proof,
        entered_at=now,
        entered_by_id=user_id,
    )
    session.add(figure)
    session.flush()
    return figure


def remove_figure(figure: EnteredFigure, now: datetime) -> None:
    """Remove a figure: the one entered before counts again. Its row stays, for questions as of earlier days."""
    if figure.removed_at is None:
        figure.removed_at = now
