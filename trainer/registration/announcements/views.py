"""The organizer's pages of announcements: written, previewed for real people, scheduled, followed, stopped."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import follow_author
from trainer.accounts.memberships import list_project_ids
from trainer.accounts.permissions import ORGANIZERS
from trainer.clock import now
from trainer.extensions import db
from trainer.language import LANGUAGES
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.messages.log import count_batch_statuses
from trainer.projects.models import Activity, Task
from trainer.registration.announcements import delivery
from trainer.registration.announcements.delivery import AnnouncementStatusChanged, NobodyToTell
from trainer.registration.announcements.forms import AnnouncementForm
from trainer.registration.announcements.models import Announcement, AnnouncementStatus
from trainer.registration.announcements.recipients import Audience, Recipient, list_audience
from trainer.registration.announcements.segments import list_segments
from trainer.registration.announcements.wording import (
    ANNOUNCEMENT_STATUS_NAMES,
    ANNOUNCEMENT_STATUS_TONES,
    format_announcement_title,
    write_starting_body,
)
from trainer.registration.models import Registration
from trainer.registration.notifications.letters import COMMON_PLACEHOLDERS
from trainer.registration.notifications.wording import MESSAGE_STATUS_NAMES
from trainer.seminars.description.form_mapping import attach_time_zone
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import sort_held_last
from trainer.seminars.scopes import list_seminars_of_user
from trainer.seminars.wording import format_title_and_days
from trainer.web import phones
from trainer.web.actions import commit_or_explain
from trainer.web.editing.conflicts import lock_for_edit
from trainer.web.editing.creation import create_once, generate_nonce
from trainer.web.paging import paginate_search

desk = create_desk_blueprint("registration_announcements", __name__)


@desk.get("/messages/announcements")
def view_announcements() -> ResponseReturnValue:
    """List the announcements of the projects that the signed-in user organizes, newest first."""
    own = Announcement.project_id.in_(list_project_ids(current_user, ORGANIZERS))
    statement = select(Announcement).where(own).order_by(Announcement.id.desc()).options(*build_load_options())
    return render_template(
        "registration/announcements/list.html",
        portion=paginate_search(db.session.scalars(statement).all(), describe_announcement),
        segment_names={segment.key: segment.name for segment in list_segments()},
        status_names=ANNOUNCEMENT_STATUS_NAMES,
        format_title=format_announcement_title,
        status_tones=ANNOUNCEMENT_STATUS_TONES,
    )


def describe_announcement(announcement: Announcement) -> str:
    """Return the texts by which an announcement is found: its subject and its seminars."""
    texts = [announcement.subject, *(seminar.title for seminar in announcement.seminars)]
    return " ".join(text for each in texts for text in each.to_mapping().values())


def build_load_options() -> Sequence[Any]:
    """Return what to load with announcements: their project, and their seminars with their sessions."""
    seminars = selectinload(Announcement.seminars)
    path = seminars.joinedload(Seminar.activity).joinedload(Activity.task).joinedload(Task.project)
    return selectinload(Announcement.project), path, selectinload(Announcement.seminars).selectinload(Seminar.sessions)


def get_announcement_or_404(announcement_id: int) -> Announcement:
    """Return an announcement, or abort with 404."""
    statement = select(Announcement).where(Announcement.id == announcement_id).options(*build_load_options())
    return db.session.scalar(statement) or abort(404)


@desk.route("/messages/announcements/new", methods=["GET", "POST"])
def add_announcement() -> ResponseReturnValue:
    """Write an announcement; `seminar` and `segment` of the query string are chosen already."""
    chosen = [value for value in request.args.getlist("seminar", type=int) if value]
    form = build_form(
        {
            "seminars": chosen,
            "segment": request.args.get("segment", "everybody"),
            "body": write_starting_body().to_mapping(),
        }
    )
    if form.validate_on_submit():
        address = create_once(db.session(), lambda: create_announcement(form), now())
        db.session.commit()
        return redirect(address, 303)
    return render_form(form, None)


def create_announcement(form: AnnouncementForm) -> str:
    """Store a new announcement as a draft and return the address of its page."""
    announcement = Announcement(created_at=now(), created_by_id=current_user.id)
    copy_form(form, announcement)
    db.session.add(announcement)
    db.session.flush()
    return url_for(".view_announcement", announcement_id=announcement.id)


@desk.route("/messages/announcements/<int:announcement_id>/edit", methods=["GET", "POST"])
def edit_announcement(announcement_id: int) -> ResponseReturnValue:
    """Change an announcement that is still a draft."""
    announcement = get_announcement_or_404(announcement_id)
    lock_for_edit(db.session(), announcement)
    if announcement.status != AnnouncementStatus.DRAFT:
        if request.method == "POST":
            return offer_as_new(announcement)
        flash(_("Only a draft can be changed."), "info")
        return redirect(url_for(".view_announcement", announcement_id=announcement.id), 303)
    zone = announcement.project.zone
    stored: dict[str, Any] = {
        "seminars": [seminar.id for seminar in announcement.seminars],
        "segment": announcement.segment,
        "subject": announcement.subject.to_mapping(),
        "body": announcement.body.to_mapping(),
        "send_at": announcement.send_at.astimezone(zone).replace(tzinfo=None) if announcement.send_at else None,
    }
    form = build_form(stored)
    form.track_changes(stored, follow_author(db.session(), announcement))
    if form.validate_on_submit():
        copy_form(form, announcement)
        db.session.commit()
        return redirect(url_for(".view_announcement", announcement_id=announcement.id), 303)
    return render_form(form, announcement)


def offer_as_new(announcement: Announcement) -> ResponseReturnValue:
    """Show what was typed for an announcement that is no longer a draft, to be saved as a new one."""
    form = build_form({})
    form.nonce.data = generate_nonce()
    page = render_template(
        "registration/announcements/edit.html",
        form=form,
        announcement=None,
        superseded=announcement,
        placeholders=COMMON_PLACEHOLDERS,
    )
    return page, 409


def build_form(data: dict[str, Any]) -> AnnouncementForm:
    """Return the form with its choices: all seminars, those to come first, and all segments."""
    seminars = sort_held_last(list_seminars_of_user(db.session(), current_user, *ORGANIZERS), now())
    form = AnnouncementForm(data=data)
    form.seminars.choices = [(seminar.id, format_title_and_days(seminar, get_page_language())) for seminar in seminars]
    form.segment.choices = [(segment.key, segment.name) for segment in list_segments()]
    form.project_ids = {seminar.id: seminar.project.id for seminar in seminars}
    return form


def copy_form(form: AnnouncementForm, announcement: Announcement) -> None:
    """Copy a valid form into an announcement."""
    seminars = list(db.session.scalars(select(Seminar).where(Seminar.id.in_(form.seminars.data)).order_by(Seminar.id)))
    announcement.seminars, announcement.project = seminars, seminars[0].project
    announcement.segment = form.segment.data
    announcement.subject, announcement.body = form.subject.value, form.written_body
    announcement.send_at = attach_time_zone(form.send_at.data, announcement.project.zone)


def render_form(form: AnnouncementForm, announcement: Announcement | None) -> ResponseReturnValue:
    """Render the form of an announcement, with the status that its errors or conflicts require."""
    page = render_template(
        "registration/announcements/edit.html",
        form=form,
        announcement=announcement,
        superseded=None,
        placeholders=COMMON_PLACEHOLDERS,
    )
    return page, form.status_code


@desk.get("/messages/announcements/<int:announcement_id>")
def view_announcement(announcement_id: int) -> ResponseReturnValue:
    """Show an announcement: before it is sent, who would get it and how it reads; afterwards, how far it is."""
    announcement, session, moment = get_announcement_or_404(announcement_id), db.session(), now()
    is_open = announcement.status in (AnnouncementStatus.DRAFT, AnnouncementStatus.SCHEDULED)
    audience = list_audience(session, announcement, moment) if is_open else Audience([], 0)
    shown = choose_previews(audience.recipients)
    return render_template(
        "registration/announcements/announcement.html",
        announcement=announcement,
        is_open=is_open,
        is_past=announcement.send_at is not None and announcement.send_at <= moment,
        audience=audience,
        portion=paginate_search(audience.recipients, lambda one: f"{one.full_name} {one.address}"),
        previews=build_previews(session, announcement, shown),
        missing_languages=[language for language in LANGUAGES if language not in announcement.languages],
        status_counts=count_batch_statuses(session, announcement.batch),
        segment_names={segment.key: segment.name for segment in list_segments()},
        status_names=ANNOUNCEMENT_STATUS_NAMES,
        format_title=format_announcement_title,
        status_tones=ANNOUNCEMENT_STATUS_TONES,
        message_status_names=MESSAGE_STATUS_NAMES,
        format_phone=phones.format_phone,
    )


def choose_previews(recipients: Sequence[Recipient]) -> list[Recipient]:
    """Return the recipient chosen in the query string, else the first one of each language."""
    chosen = request.args.get("person", type=int)
    if chosen is not None:
        return [recipient for recipient in recipients if recipient.registration_id == chosen]
    first = {recipient.language: recipient for recipient in reversed(recipients)}
    return [first[language] for language in LANGUAGES if language in first]


def build_previews(
    session: Session, announcement: Announcement, shown: Sequence[Recipient]
) -> list[tuple[Recipient, Any]]:
    """Return what some recipients would read now."""
    loading = joinedload(Registration.person)
    ids = [recipient.registration_id for recipient in shown]
    registrations = {
        registration.id: registration
        for registration in session.scalars(select(Registration).where(Registration.id.in_(ids)).options(loading))
    }
    return [
        (recipient, delivery.render_announcement(announcement, registrations[recipient.registration_id]))
        for recipient in shown
    ]


@desk.post("/messages/announcements/<int:announcement_id>/send")
def submit_announcement(announcement_id: int) -> ResponseReturnValue:
    """Have an announcement sent, now or at its time."""
    announcement, moment = get_announcement_or_404(announcement_id), now()
    is_later = announcement.send_at is not None and announcement.send_at > moment
    success = _("It will be sent at the chosen time.") if is_later else _("It is being sent.")
    refusals = {
        AnnouncementStatusChanged: _("It has already been scheduled or sent."),
        NobodyToTell: _("No one can be told: choose other people."),
    }
    with commit_or_explain(refusals, success, category="info"):
        delivery.schedule_announcement(db.session(), announcement, moment)
    return redirect(url_for(".view_announcement", announcement_id=announcement.id), 303)


@desk.post("/messages/announcements/<int:announcement_id>/cancel")
def submit_announcement_cancellation(announcement_id: int) -> ResponseReturnValue:
    """Make an announcement that has not been sent a draft again."""
    announcement = get_announcement_or_404(announcement_id)
    refusals = {AnnouncementStatusChanged: _("It has already been sent.")}
    with commit_or_explain(refusals, _("It will not be sent. You can change it and send it later."), category="info"):
        delivery.unschedule_announcement(db.session(), announcement)
    return redirect(url_for(".view_announcement", announcement_id=announcement.id), 303)


@desk.post("/messages/announcements/<int:announcement_id>/stop")
def submit_announcement_stop(announcement_id: int) -> ResponseReturnValue:
    """Recall the messages of an announcement that are still queued."""
    announcement = get_announcement_or_404(announcement_id)
    count = 0
    refusals = {AnnouncementStatusChanged: _("A decision has already been made.")}
    with commit_or_explain(refusals, category="info") as outcome:
        count = delivery.stop_announcement(db.session(), announcement)
    if outcome.is_committed:
        flash(ngettext("%(num)d message was stopped.", "%(num)d messages were stopped.", count), "success")
    return redirect(url_for(".view_announcement", announcement_id=announcement.id), 303)


@desk.post("/messages/announcements/<int:announcement_id>/delete")
def submit_announcement_deletion(announcement_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    announcement = get_announcement_or_404(announcement_id)
    refusals = {AnnouncementStatusChanged: _("Only a draft can be deleted.")}
    with commit_or_explain(refusals, _("The draft has been deleted."), category="info") as outcome:
        delivery.lock_announcement(db.session(), announcement, AnnouncementStatus.DRAFT)
        db.session.delete(announcement)
    if outcome.is_committed:
        return redirect(url_for(".view_announcements"), 303)
    return redirect(url_for(".view_announcement", announcement_id=announcement_id), 303)
