"""The project and seminar of the objects of registration in an address, for the access control."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, cast, literal, null, select

from trainer.messages.models import Message
from trainer.registration.announcements.models import Announcement
from trainer.registration.models import Registration, RegistrationChange, RegistrationQuestion
from trainer.seminars.models import Seminar
from trainer.seminars.scopes import select_scopes_of_seminars

ScopeSelect = Select[int, int]
MODELS: dict[str, Any] = {
    "registration_id": Registration,
    "question_id": RegistrationQuestion,
    "registration_desk.change_id": RegistrationChange,
}


def build_scope_functions() -> dict[str, Any]:
    """Return the functions that find the seminar of an object, by URL parameter."""
    return {name: lambda value, model=model: select_row_scope(model, value) for name, model in MODELS.items()} | {
        "message_id": select_message_scope,
        "announcement_id": select_announcement_scope,
    }


def select_announcement_scope(announcement_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of an announcement, and no seminar: it may be about several."""
    return select(Announcement.project_id, cast(null(), Integer)).where(Announcement.id == announcement_id)


def select_row_scope(model: Any, row_id: int) -> ScopeSelect:
    """Return a SELECT of project id and seminar id of a row with a column `seminar_id`."""
    return select_scopes_of_seminars(Seminar.id.in_(select(model.seminar_id).where(model.id == row_id)))


def select_message_scope(message_id: int) -> ScopeSelect:
    """Return a SELECT of project id and seminar id of a message, whose topic names its seminar (`get_message_topic`)."""
    topic: ColumnElement[str] = literal("seminar-") + cast(Seminar.id, String)
    return select_scopes_of_seminars(topic.in_(select(Message.topic).where(Message.id == message_id)))
