"""E-mails about what is missing: each Monday, and a week before each activity ends, to those who can do it, once each."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainer.account_mail.letter_queue import WrittenLetter, queue_account_letter
from trainer.account_mail.models import AccountLetter
from trainer.accounts.models import Membership, User
from trainer.evidence.publications.views_due import count_views_due
from trainer.language.dates import format_long_date
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.figures import DUE_SOON
from trainer.monitoring.missing import ORGANIZING_ROLES, MissingFigure, MissingGroup, list_missing
from trainer.monitoring.models import MissingEvidenceReminder
from trainer.monitoring.scope import build_scope
from trainer.monitoring.wording import STATUS_NAMES, format_actual
from trainer.projects.models import Activity, Project
from trainer.projects.plan import load_whole_plan
from trainer.projects.wording import format_planned_value
from trainer.settings import get_settings

MISSING_EVIDENCE = "missing_evidence"
"""The kind of these letters."""
FIRST_HOUR = 8
"""The local hour from which reminders are sent."""
MONDAY = 0
WEEK_AHEAD = timedelta(days=31)
"""The Monday letter lists what has to be there until so much later."""


class DueReminder(NamedTuple):
    """A reminder that is due and was not sent."""

    project_id: int
    user_id: int
    occasion: str


def list_due_reminders(session: Session, now: datetime) -> list[DueReminder]:
    """Return the reminders that are due: none without a mail server, and none of the example or after the report's time."""
    if not get_settings().smtp_url:
        return []
    due: list[DueReminder] = []
    for project in session.scalars(select(Project).where(Project.is_example.is_(False)).order_by(Project.id)):
        occasions = list(list_occasions(session, project, now.astimezone(project.zone)))
        if occasions:
            due += list_unsent(session, project, occasions)
    return due


def list_occasions(session: Session, project: Project, local: datetime) -> Iterator[str]:
    """Yield the occasions of a local time: the week on a Monday, and each activity that ends within a week."""
    today = local.date()
    if local.hour < FIRST_HOUR or not project.start <= today <= project.retention_end:
        return
    if today.weekday() == MONDAY:
        year, week, _day = today.isocalendar()
        yield f"week:{year}-W{week:02}"
    query = select(Activity.id, Activity.end).join(Activity.task).where(Activity.task.has(project_id=project.id))
    for activity_id, end in session.execute(query.where(Activity.end >= today, Activity.end <= today + DUE_SOON)):
        yield f"deadline:{activity_id}:{end}"


def list_unsent(session: Session, project: Project, occasions: Iterable[str]) -> list[DueReminder]:
    """Return the reminders of some occasions for owners and organizers who did not get them."""
    sent = {
        (user_id, occasion)
        for user_id, occasion in session.execute(
            select(MissingEvidenceReminder.user_id, MissingEvidenceReminder.occasion).where(
                MissingEvidenceReminder.project_id == project.id
            )
        )
    }
    users = session.scalars(
        select(Membership.user_id)
        .join(Membership.user)
        .where(Membership.project_id == project.id, Membership.role.in_(ORGANIZING_ROLES))
        .where(Membership.suspended.is_(False), User.active)
        .order_by(Membership.id)
    ).all()
    return [
        DueReminder(project.id, user_id, occasion)
        for occasion in occasions
        for user_id in users
        if (user_id, occasion) not in sent
    ]


def queue_reminder(session: Session, due: DueReminder, now: datetime) -> None:
    """Record a reminder and queue its letter; of two workers at the same time one does."""
    user = session.get_one(User, due.user_id)
    reminder = MissingEvidenceReminder(**due._asdict(), sent_at=now)
    try:
        with session.begin_nested():
            session.add(reminder)
    except IntegrityError:
        return
    queue_account_letter(session, MISSING_EVIDENCE, user.email, user.language, now, reminder.id)


def write_reminder_letter(session: Session, letter: AccountLetter, now: datetime) -> WrittenLetter | None:
    """Write what is missing now; None if nothing is, or if the reader has no role in the project any more."""
    reminder = session.get(MissingEvidenceReminder, letter.subject_id)
    user = session.get(User, reminder.user_id) if reminder else None
    if reminder is None or user is None or user.email != letter.address:
        return None
    roles = {own.project_id: own.role for own in user.memberships if not own.suspended}
    project = session.get_one(Project, reminder.project_id)
    if roles.get(project.id) not in ORGANIZING_ROLES:
        return None
    load_whole_plan(session, project)
    scope = build_scope(project, now)
    with force_locale(letter.language):
        groups = select_groups(list_missing(session, ProjectFacts(session, scope)), reminder.occasion, scope.today)
        is_weekly = reminder.occasion.startswith("week")
        views_due = count_views_due(session, project, scope.today)[0] if is_weekly else 0
        if not groups and not views_due:
            return None
        return write_letter(project, groups, reminder.occasion, letter.language, views_due)


def select_groups(groups: Iterable[MissingGroup], occasion: str, today: date) -> list[MissingGroup]:
    """Return what a reminder is about: the activity of its deadline, or what is due within a month or overdue."""
    kind, _colon, rest = occasion.partition(":")
    if kind == "deadline":
        activity_id = int(rest.partition(":")[0])
        return [group for group in groups if group.activity and group.activity.id == activity_id]
    return [group for group in groups if group.deadline <= today + WEEK_AHEAD]


def write_letter(
    project: Project, groups: list[MissingGroup], occasion: str, language: str, views_due: int
) -> WrittenLetter:
    """Return the letter, by activity and deadline, with who can do what and where; and how many views are to be entered."""
    title, desk = project.title.get_text(language), f"{get_settings().address}/desk"
    number = sum(len(group.entries) for group in groups)
    if occasion.startswith("deadline"):
        day = format_long_date(groups[0].deadline, language)
        subject = _("An activity ends on %(day)s: what is missing", day=day)
    else:
        subject = _("What is missing in the project “%(project)s”", project=title)
    parts = (
        _("Project: %(project)s", project=title),
        *([_("Indicators that are not fulfilled: %(number)d", number=number)] if groups else []),
        *(format_group(group, language) for group in groups),
        *([f"{desk}/plan/missing?project={project.id}"] if groups else []),
        *([format_views_due(views_due), f"{desk}/evidence/publications?show=views"] if views_due else []),
    )
    return WrittenLetter(subject, "\n\n".join(parts) + "\n", language)


def format_views_due(number: int) -> str:
    """Return how many publications wait for their views."""
    return ngettext(
        "%(num)d publication waits for its views to be entered",
        "%(num)d publications wait for their views to be entered",
        number,
    )


def format_group(group: MissingGroup, language: str) -> str:
    """Return the missing indicators of an activity as lines."""
    activity = group.activity
    heading = f"{activity.code} · {activity.title.get_text(language)}" if activity else _("Social impact")
    by = _("By %(day)s", day=format_long_date(group.deadline, language))
    return "\n".join((f"{heading} ({by})", *(format_entry(entry, language) for entry in group.entries)))


def format_entry(entry: MissingFigure, language: str) -> str:
    """Return a missing indicator: planned and there, what is to be done, and who can do it."""
    figure = entry.figure
    actual = "; ".join(format_actual(target) for target in figure.targets if not target.is_reached)
    return "\n".join(
        (
            f"– {figure.indicator.name.get_text(language)}: {STATUS_NAMES[figure.status]}",
            "  "
            + _(
                "planned: %(planned)s; there is: %(actual)s",
                planned=format_planned_value(figure.indicator),
                actual=actual,
            ),
            f"  {entry.what}",
            *(["  " + _("Who can do it: %(names)s", names=", ".join(entry.who))] if entry.who else []),
        )
    )
