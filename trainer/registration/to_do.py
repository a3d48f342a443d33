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
from trainer.registration.notifications.knowledge import get_message_topic, select_message_topics
from trainer.registration.seats.duplicates import build_undecided_clause
from trainer.seminars.models import ChangeDecision, Seminar, SeminarChange
from trainer.seminars.to_do import Counts, Desk, TaskToDo, WaitingWork, build_seminar_work


def select_registration_counts(desk: Desk, condition: ColumnElement[bool]) -> Select[Any, int, datetime]:
    """Return a SELECT of seminars, of their registrations with a condition, and since when the oldest has its status."""
    query = select(Registration.seminar_id, func.count(), func.min(Registration.status_since))
    return query.where(desk.is_own(Registration.seminar_id), condition).group_by(Registration.seminar_id)


def find_applications(desk: Desk) -> Iterable[WaitingWork]:
    """Find the registrations that wait for approval."""

    def build_address(seminar: Seminar) -> str:
        return url_for(
            "registration_desk.view_registrations", seminar_id=seminar.id, state=str(RegistrationStatus.APPLIED)
        )

    current = replace(desk, seminars=[each for each in desk.seminars if is_coming(each, desk.now)])
    return build_seminar_work(current, desk.counts["applications"], build_address)


def is_coming(seminar: Seminar, now: datetime) -> bool:
    """Return whether a seminar is still to be held, so that seats and dates matter."""
    return not seminar.is_cancelled and not seminar.is_over(now)


def find_duplicates(desk: Desk) -> Iterable[WaitingWork]:
    """Find the likely duplicates about which nothing is decided."""
    return build_seminar_work(
        desk,
        desk.counts["duplicates"],
        lambda seminar: url_for("registration_duplicates.view_duplicates", seminar_id=seminar.id),
    )


def select_message_counts(desk: Desk, *conditions: ColumnElement[bool]) -> Select[Any, int, datetime]:
    """Return a SELECT of topics of seminars, of their messages with these conditions, and of the time of the oldest."""
    query = select(Message.topic, func.count(), func.min(Message.created_at))
    own = Message.topic.in_(select_message_topics(select(desk.seminar_ids.c.id)))
    return query.where(own, *conditions).group_by(Message.topic)


def list_message_counts(desk: Desk, task: str) -> Counts:
    """Return what was counted by topic of a task by seminar instead."""
    counts, nothing = desk.counts[task], (0, None)
    return {seminar.id: counts.get(get_message_topic(seminar), nothing) for seminar in desk.seminars}


def find_manual_messages(desk: Desk) -> Iterable[WaitingWork]:
    """Find the messages that the organizer sends."""
    return build_seminar_work(
        desk,
        list_message_counts(desk, "manual_messages"),
        lambda seminar: url_for("registration_notifications.view_manual_messages", seminar_id=seminar.id),
    )


def find_failed_messages(desk: Desk) -> Iterable[WaitingWork]:
    """Find the letters that could not be delivered."""
    return build_seminar_work(
        desk,
        list_message_counts(desk, "failed_messages"),
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
    changed = [seminar for seminar in desk.seminars if seminar.has_open_change and not seminar.is_over(desk.now)]
    return build_seminar_work(
        replace(desk, seminars=changed),
        desk.counts["changes"],
        lambda seminar: url_for("registration_changes.view_change", seminar_id=seminar.id),
    )


def select_untold_changes(desk: Desk) -> Select[Any, int, datetime]:
    """Return a SELECT of seminars, of their changes that nobody has decided on, and of the time of the oldest."""
    query = select(SeminarChange.seminar_id, func.count(), func.min(SeminarChange.changed_at))
    return query.where(build_untold_clause(select(desk.seminar_ids.c.id))).group_by(SeminarChange.seminar_id)


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
        lambda desk: select_registration_counts(desk, Registration.status == RegistrationStatus.APPLIED),
    ),
    TaskToDo(
        "duplicates",
        lambda count: ngettext("%(num)d likely duplicate", "%(num)d likely duplicates", count),
        _l("Compare"),
        find_duplicates,
        lambda desk: select_registration_counts(desk, build_undecided_clause()),
    ),
    TaskToDo(
        "changes",
        lambda count: ngettext(
            "%(num)d change that people may not know of", "%(num)d changes that people may not know of", count
        ),
        _l("Decide"),
        find_untold_changes,
        select_untold_changes,
    ),
    TaskToDo(
        "manual_messages",
        lambda count: ngettext("%(num)d message to send", "%(num)d messages to send", count),
        _l("Send the messages"),
        find_manual_messages,
        lambda desk: select_message_counts(
            desk, Message.channel == MessageChannel.MANUAL, Message.status == MessageStatus.QUEUED
        ),
    ),
    TaskToDo(
        "failed_messages",
        lambda count: ngettext("%(num)d message not delivered", "%(num)d messages not delivered", count),
        _l("See why"),
        find_failed_messages,
        lambda desk: select_message_counts(desk, Message.status == MessageStatus.FAILED),
    ),
    TaskToDo(
        "erasure_requests",
        lambda count: ngettext("%(num)d request to delete data", "%(num)d requests to delete data", count),
        _l("See the dates"),
        find_erasure_requests,
    ),
)
