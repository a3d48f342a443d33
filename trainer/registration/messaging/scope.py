"""Which seminars a page of messages is limited to, and the seminars that topics belong to."""

from collections.abc import Iterable

from flask import request
from flask_security import current_user
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from trainer.accounts.permissions import ORGANIZERS
from trainer.projects.models import Activity, Task
from trainer.registration.notifications.knowledge import get_message_topic, parse_seminar_id, select_message_topics
from trainer.seminars.models import Seminar
from trainer.seminars.scopes import build_seminar_condition
from trainer.web.addresses import MAX_ROW_NUMBER


def parse_seminar_filter() -> int | None:
    """Return the id of the seminar chosen in the query string or the form; None for all seminars and for anything invalid."""
    value = request.values.get("seminar", "")
    is_number = value.isascii() and value.isdigit() and len(value) < 11
    return int(value) if is_number and 0 < int(value) <= MAX_ROW_NUMBER else None


def select_own_topics(seminar_id: int | None = None) -> Select[str]:
    """Return a SELECT of the topics of the seminars that the signed-in user organizes: of all, or of one of them."""
    own = select(Seminar.id).where(build_seminar_condition(current_user, *ORGANIZERS))
    return select_message_topics(own.where(Seminar.id == seminar_id) if seminar_id else own)


def load_topic_seminars(session: Session, topics: Iterable[str]) -> dict[str, Seminar]:
    """Return the seminars that topics belong to, by topic, with their projects."""
    ids = [parse_seminar_id(topic) for topic in topics]
    loading = joinedload(Seminar.activity).joinedload(Activity.task).joinedload(Task.project)
    seminars = session.scalars(select(Seminar).where(Seminar.id.in_(ids)).options(loading))
    return {get_message_topic(seminar): seminar for seminar in seminars}
