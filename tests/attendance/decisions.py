"""The number of decisions on attendance that the organizer sees."""

from sqlalchemy.orm import Session

from trainer.clock import now
from trainer.desk.path.progress import list_progress
from trainer.seminars.models import Seminar


def count_open_conflicts(session: Session, seminar: Seminar) -> int:
    """Return how many decisions on attendance wait in a seminar, as its tabs and its path show it."""
    [progress] = list_progress(session, [seminar], now())
    return progress.undecided
