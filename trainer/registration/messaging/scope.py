"""Which seminar a page of messages is limited to, and the seminars that topics belong to."""

from collections.abc import Iterable

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.projects.models import Activity, Task
from trainer.registration.notifications.knowledge import get_message_topic, parse_seminar_id
from trainer.seminars.models import Seminar
from trainer.web.addresses import MAX_ROW_NUMBER


def parse_seminar_filter() -> int | None:
    """Return the id of the seminar chosen in the query string or the form; None for all seminars and for anything invalid."""
    value = request.values.get("seminar", "")
    is_number = value.isascii() and value.isdigit() and len(value) < 11
    return int(value) if is_number and 0 < int(value) <= MAX_ROW_NUMBER else None


def build_seminar_topic(seminar_id: int | None) -> str:
    """Return the topic of a seminar's messages; empty for all seminars."""
    return get_message_topic(Seminar(id=seminar_id)) if seminar_id else ""


def load_topic_seminars(session: Session, topics: Iterable[str]) -> dict[str, Seminar]:
    """Return the seminars that topics belong to, by topic, with their projects."""
    ids = [parse_seminar_id(topic) for topic in topics]
    loading = joinedload(Seminar.activity).joinedload(Activity.task).joinedload(Task.project)
    seminars = session.scalars(select(Seminar).where(Seminar.id.in_(ids)).options(loading))
    return {get_message_topic(seminar): seminar for seminar in seminars}
