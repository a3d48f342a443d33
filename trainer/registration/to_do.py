"""What waits for the organizer in registrations: applications, duplicates, messages to send, changes nobody was told of."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, select

from trainer.base import Ids
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.messages.models import Message, MessageChannel, MessageStatus
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.registration.notifications.knowledge import get_message_topic
from trainer.registration.seats.duplicates import build_undecided_clause
from trainer.seminars.models import ChangeDecision, Seminar, SeminarChange
from trainer.seminars.to_do import Desk, TaskToDo, WaitingWork, build_seminar_work


def count_by_key(desk: Desk, query: Select[Any, int, datetime]) -> dict[Any, tuple[int, datetime | None]]:
    """Return number and oldest time by key, from a query for these three."""
    return {key: (count, since) for key, count, since in desk.session.execute(query)}


def count_registrations(desk: Desk, condition: ColumnElement[bool]) -> dict[int, tuple[int, datetime | None]]:
    """Return the number of registrations with a condition by seminar, and since when the oldest has its status."""
    query = select(Registration.seminar_id, func.count(), func.min(Registration.status_since))
    in_seminars = Registration.seminar_id.in_(desk.seminar_ids)
    return count_by_key(desk, query.where(in_seminars, condition).group_by(Registration.seminar_id))


def find_applications(desk: Desk) -> Iterable[WaitingWork]:
    """Find the registrations that wait for approval."""

    def build_address(seminar: Seminar) -> str:
        return url_for(
            "registration_desk.view_registrations", seminar_id=seminar.id, state=str(RegistrationStatus.APPLIED)
        )

    is_open = Registration.status == RegistrationStatus.APPLIED
    current = replace(desk, seminars=[each for each in desk.seminars if is_coming(each, desk.now)])
    return build_seminar_work(current, count_registrations(current, is_open), build_address)


def is_coming(seminar: Seminar, now: datetime) -> bool:
    """Return whether a seminar is still to be held, so that seats and dates matter."""
    return not seminar.is_cancelled and not seminar.is_over(now)


def find_duplicates(desk: Desk) -> Iterable[WaitingWork]:
    """Find the likely duplicates about which nothing is decided."""
    return build_seminar_work(
        desk,
        count_registrations(desk, build_undecided_clause()),
        lambda seminar: url_for("registration_duplicates.view_duplicates", seminar_id=seminar.id),
    )


def count_messages(desk: Desk, *conditions: ColumnElement[bool]) -> dict[int, tuple[int, datetime | None]]:
    """Return the number of messages with these conditions by seminar, and the time of the oldest."""
    topics = {get_message_topic(seminar): seminar.id for seminar in desk.seminars}
    query = select(Message.topic, func.count(), func.min(Message.created_at)).where(
        Message.topic.in_(topics), *conditions
    )
    return {topics[topic]: found for topic, found in count_by_key(desk, query.group_by(Message.topic)).items()}


def find_manual_messages(desk: Desk) -> Iterable[WaitingWork]:
    """Find the messages that the organizer sends."""
    return build_seminar_work(
        desk,
        count_messages(desk, Message.channel == MessageChannel.MANUAL, Message.status == MessageStatus.QUEUED),
        lambda seminar: url_for("registration_notifications.view_manual_messages", seminar_id=seminar.id),
    )


def find_failed_messages(desk: Desk) -> Iterable[WaitingWork]:
    """Find the letters that could not be delivered."""
    return build_seminar_work(
        desk,
        count_messages(desk, Message.status == MessageStatus.FAILED),
        lambda seminar: url_for(
            "registration_notifications.view_message_log", seminar_id=seminar.id, status=str(MessageStatus.FAILED)
        ),
    )


def select_application_count(seminar_ids: Ids) -> ScalarSelect[int]:
    """Return a SELECT of the number of registrations of seminars that wait for approval."""
    is_open = Registration.seminar_id.in_(seminar_ids) & (Registration.status == RegistrationStatus.APPLIED)
    return select(func.count()).where(is_open).scalar_subquery()


def select_untold_change_count(seminar_ids: Ids) -> ScalarSelect[int]:
    """Return a SELECT of the number of changes of seminars of which somebody could be told, and nobody has decided."""
    return select(func.count()).where(build_untold_clause(seminar_ids)).scalar_subquery()


def build_untold_clause(seminar_ids: Ids) -> ColumnElement[bool]:
    """Return the condition that a change is one of these seminars, undecided, and that there are people to tell."""
    has_people = exists().where(
        Registration.seminar_id == SeminarChange.seminar_id, Registration.status.in_(ACTIVE_STATUSES)
    )
    return and_(SeminarChange.seminar_id.in_(seminar_ids), SeminarChange.decision == ChangeDecision.OPEN, has_people)


def find_untold_changes(desk: Desk) -> Iterable[WaitingWork]:
    """Find the changes of seminars to come of which somebody could be told, and nobody has decided."""
    changed = [seminar.id for seminar in desk.seminars if seminar.has_open_change and not seminar.is_over(desk.now)]
    query = select(SeminarChange.seminar_id, func.count(), func.min(SeminarChange.changed_at)).where(
        build_untold_clause(changed)
    )
    return build_seminar_work(
        desk,
        count_by_key(desk, query.group_by(SeminarChange.seminar_id)) if changed else {},
        lambda seminar: url_for("registration_changes.view_change", seminar_id=seminar.id),
    )


def find_erasure_requests(desk: Desk) -> Iterable[WaitingWork]:
    """Find the people whose data wait for the day on which they may be deleted; the page has read them."""
    address = url_for("desk.view_desk_home", _anchor="erasures")
    return [WaitingWork(count, address, since) for count, since in desk.counts["erasure_requests"].values()]


tasks_to_do = (
    TaskToDo(
        "applications",
        lambda count: ngettext("%(num)d application to approve", "%(num)d applications to approve", count),
        _l("Decide"),
        find_applications,
    ),
    TaskToDo(
        "duplicates",
        lambda count: ngettext("%(num)d likely duplicate", "%(num)d likely duplicates", count),
        _l("Compare"),
        find_duplicates,
    ),
    TaskToDo(
        "changes",
        lambda count: ngettext(
            "%(num)d change that people may not know of", "%(num)d changes that people may not know of", count
        ),
        _l("Decide"),
        find_untold_changes,
    ),
    TaskToDo(
        "manual_messages",
        lambda count: ngettext("%(num)d message to send", "%(num)d messages to send", count),
        _l("Send the messages"),
        find_manual_messages,
    ),
    TaskToDo(
        "failed_messages",
        lambda count: ngettext("%(num)d message not delivered", "%(num)d messages not delivered", count),
        _l("See why"),
        find_failed_messages,
    ),
    TaskToDo(
        "erasure_requests",
        lambda count: ngettext("%(num)d request to delete data", "%(num)d requests to delete data", count),
        _l("See the dates"),
        find_erasure_requests,
    ),
)
