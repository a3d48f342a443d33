"""The organizer's page of a seminar's changes: who knows the old schedule, a preview of the message, and the decision."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_security import current_user
from sqlalchemy.exc import SQLAlchemyError

from trainer import audit
from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language import LANGUAGES
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.messages.models import MessageChannel
from trainer.messages.rendering import MessageText
from trainer.people.models import Person
from trainer.registration.models import Registration
from trainer.registration.notifications.changes import ChangedAgain, ChangeDecided, tell_nobody, tell_people
from trainer.registration.notifications.knowledge import KnownSchedule, describe_news, list_outdated_people
from trainer.registration.notifications.texts import build_change_message
from trainer.registration.notifications.wording import CHANGE_DECISION_NAMES
from trainer.seminars.changes import ScheduleHistory, load_history
from trainer.seminars.difference import Difference, describe_difference, list_unchanged_languages
from trainer.seminars.models import ChangeDecision, Seminar, SeminarChange
from trainer.seminars.schedule import Schedule
from trainer.seminars.views import get_seminar_or_404
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("registration_changes", __name__)


PREVIEW_TOKEN = "0" * 8  # stands for the token of each person's own page


@dataclass(frozen=True)
class OutdatedGroup:
    """How many people know the same old schedule, and what changed since, in the page's language."""

    count: int
    difference: Difference


@desk.app_context_processor
def provide_outdated_count() -> dict[str, int]:
    """Return, for the notice on a seminar's desk pages, how many people know an old schedule while that is undecided."""
    seminar = g.get("desk_seminar")
    try:
        has_question = seminar is not None and seminar.has_open_change
        return {"outdated_count": len(list_outdated_people(db.session(), seminar, now())) if has_question else 0}
    except SQLAlchemyError:  # so that the error page of a failed database can be rendered
        return {"outdated_count": 0}


@desk.get("/seminars/<int:seminar_id>/changes")
def view_change(seminar_id: int) -> ResponseReturnValue:
    """Ask whether people are told of the open changes, and show all changes; after saving, only if there is anybody to tell."""
    seminar, session = get_seminar_or_404(seminar_id), db.session()
    outdated = list_outdated_people(session, seminar, now()) if seminar.has_open_change else []
    if not outdated and "saved" in request.args:
        return redirect(url_for("desk.view_seminar_overview", seminar_id=seminar.id), 303)
    history = load_history(session, seminar)
    return render_template(
        "registration/notifications/changes.html",
        seminar=seminar,
        outdated=outdated,
        email_count=count_emails(seminar, outdated),
        groups=group_outdated_people(history, outdated),
        unchanged_languages=list_languages_to_check(history),
        previews=build_previews(history, outdated) if outdated else [],
        changes=[(change, describe_change(seminar, change)) for change in reversed(history.changes)],
        decision_names=CHANGE_DECISION_NAMES,
    )


def count_emails(seminar: Seminar, outdated: Sequence[KnownSchedule]) -> int:
    """Return how many of the people are told by email."""
    return 0 if seminar.project.is_example else sum(bool(known.registration.person.email) for known in outdated)


def group_outdated_people(history: ScheduleHistory, outdated: Sequence[KnownSchedule]) -> list[OutdatedGroup]:
    """Return the groups of people who know the same, the largest first."""
    groups = []
    for version, count in Counter(known.version for known in outdated).most_common():
        own = next(known.difference for known in outdated if known.version == version)
        groups.append(OutdatedGroup(count, describe_news(history, version, get_page_language()) or own))
    return groups


def list_languages_to_check(history: ScheduleHistory) -> list[str]:
    """Return the languages in which the venue may be out of date, because the open changes left it as it was."""
    open_changes = [change for change in history.changes if change.decision == ChangeDecision.OPEN]
    before = Schedule.from_mapping(open_changes[0].before) if open_changes else history.present
    return list_unchanged_languages(before, history.present)


def build_previews(history: ScheduleHistory, outdated: Sequence[KnownSchedule]) -> list[MessageText]:
    """Return the message in each language, to somebody who knows what most people know."""
    [(version, _count)] = Counter(known.version for known in outdated).most_common(1)
    previews = []
    for language in LANGUAGES:
        difference = describe_news(history, version, language)
        if difference is not None:
            with force_locale(language):
                person = Person(given_name=_("(name)"), patronymic="", language=language)
            reader = Registration(seminar=history.seminar, person=person, token=PREVIEW_TOKEN)
            previews.append(build_change_message(db.session(), reader, difference, now()))
    return previews


def describe_change(seminar: Seminar, change: SeminarChange) -> Difference | None:
    """Return what a change changed, in the page's language; None for what people need not be told."""
    before, after = Schedule.from_mapping(change.before), Schedule.from_mapping(change.after)
    return describe_difference(before, after, seminar.zone, get_page_language())


@desk.post("/seminars/<int:seminar_id>/changes/telling")
def submit_telling(seminar_id: int) -> ResponseReturnValue:
    """Queue the message to everybody who knows an old schedule."""
    seminar = get_seminar_or_404(seminar_id)

    def tell() -> str:
        messages = tell_people(db.session(), seminar, parse_shown_version(), current_user.id, now())
        manual = sum(message.channel == MessageChannel.MANUAL for message in messages)
        told = ngettext("%(num)d message is being sent.", "%(num)d messages are being sent.", len(messages) - manual)
        by_hand = ngettext(
            "%(num)d message is waiting under “Messages” to be sent manually.",
            "%(num)d messages are waiting under “Messages” to be sent manually.",
            manual,
        )
        return f"{told} {by_hand}" if manual and len(messages) > manual else by_hand if manual else told

    return decide_and_redirect(seminar, tell, "sent")


@desk.post("/seminars/<int:seminar_id>/changes/silence")
def submit_silence(seminar_id: int) -> ResponseReturnValue:
    """Decide that nobody is told of the open changes."""
    seminar = get_seminar_or_404(seminar_id)

    def tell() -> str:
        tell_nobody(db.session(), seminar, parse_shown_version(), current_user.id, now())
        return _("No one is told of the change. People see it on their pages.")

    return decide_and_redirect(seminar, tell, "decided")


def parse_shown_version() -> int:
    """Return the version of the seminar in the preview that the organizer saw; -1 for anything invalid."""
    return request.form.get("version", -1, type=int)


def decide_and_redirect(seminar: Seminar, decide: Callable[[], str], audit_action: str) -> ResponseReturnValue:
    """Apply a decision, record it and flash the sentence it returns; if the seminar has changed again, show the new preview."""
    refusals = {
        ChangeDecided: _("A decision has already been made."),
        ChangedAgain: _("The seminar has changed again: read the new preview, then decide."),
    }
    with commit_or_explain(refusals, category="info") as outcome:
        sentence = decide()
        audit.record(db.session(), audit_action, seminar)
    if outcome.is_committed:
        flash(sentence, "success")
    endpoint = ".view_change" if isinstance(outcome.refusal, ChangedAgain) else "desk.view_seminar_overview"
    return redirect(url_for(endpoint, seminar_id=seminar.id), 303)
