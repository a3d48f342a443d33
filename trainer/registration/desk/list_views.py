"""The organizer's list: searching it, doing something to several people at once and taking it back, and its files."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.documents.files import handed_out
from trainer.extensions import db
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.registration.desk import bulk_actions, export, listing, wording
from trainer.registration.desk import undo as undoing
from trainer.registration.desk.listing import Line, Wanted
from trainer.registration.form import questions
from trainer.registration.models import HIDDEN, RegistrationChange, State
from trainer.registration.seats import waiting_list
from trainer.seminars.models import Seminar
from trainer.seminars.views import seminar_or_404
from trainer.web import phones

desk = desk_blueprint("registration_desk", __name__)

REMEMBERED = timedelta(minutes=30)  # a change is offered to be taken back at the top of the page for so long


@desk.get("/seminars/<int:seminar_id>/registrations")
def registrations(seminar_id: int) -> ResponseReturnValue:
    """List who is registered, as searched and filtered."""
    seminar, wanted = seminar_or_404(seminar_id), Wanted.read(request.args)
    counts = listing.counts_by_state(db.session(), seminar)

    def here(**more: Any) -> str:
        """The address of this list, changed."""
        return url_for(".registrations", seminar_id=seminar.id, **wanted.written(**{"page": 1, **more}))

    return render_template(
        "registration/desk/list.html",
        seminar=seminar,
        wanted=wanted,
        here=here,
        listing=listing.page_of(db.session(), seminar, wanted),
        answered=answered(seminar),
        counts=counts,
        all_count=sum(counts.values()) - sum(counts.get(each, 0) for each in HIDDEN),
        duplicates=counts.get(State.DUPLICATE, 0),
        places_left=listing.places_left(seminar, counts),
        **words(),
        **remembered(seminar),
    )


def answered(seminar: Seminar) -> Callable[[Line], list[tuple[str, str]]]:
    """What puts the answers of a line into words; the seminar's questions are asked for once."""
    asked = questions.ever_asked(db.session(), seminar)
    return lambda line: questions.worded(asked, line.answers or {}, language())


def words() -> dict[str, Any]:
    """What the pages say about registrations."""
    return {
        "states": wording.STATES,
        "tones": wording.TONES,
        "actions": wording.ACTIONS,
        "shown_phone": phones.shown,
    }


def remembered(seminar: Seminar) -> dict[str, Any]:
    """The last changes, for the top of a page; the newest is offered to be taken back at once."""
    found = undoing.recent(db.session(), seminar)
    newest = found[0] if found and found[0].undoable and now() - found[0].change.made_at < REMEMBERED else None
    return {"newest": newest, "changes": found, "done_words": wording.DONE}


@desk.post("/seminars/<int:seminar_id>/registrations")
def act(seminar_id: int) -> ResponseReturnValue:
    """Do something to everybody who is ticked."""
    seminar = seminar_or_404(seminar_id)
    back = redirect(url_for(".registrations", seminar_id=seminar.id, **came_from().written()), 303)
    ids = [int(each) for each in request.form.getlist("chosen") if each.isascii() and each.isdigit() and len(each) < 10]
    action = request.form.get("action")
    if action not in wording.ACTIONS:
        flash(_("Please choose what to do."), "error")
    elif action == bulk_actions.Action.MERGE:
        if len(ids) == 2:
            return redirect(
                url_for("registration_duplicates.compare", seminar_id=seminar.id, first=ids[0], second=ids[1]), 303
            )
        flash(_("Please tick exactly two people to merge."), "error")
    elif not ids:
        flash(_("Please tick people first."), "error")
    else:
        outcome = bulk_actions.act(db.session(), seminar, bulk_actions.Action(action), ids, current_user.id, now())
        db.session.commit()
        say(outcome)
    return back


def came_from() -> Wanted:
    """What the list showed on which a button was pressed."""
    return Wanted.read(dict(parse_qsl(request.form.get("back", "")[:1000])))


def say(outcome: bulk_actions.Outcome) -> None:
    """Say for whom something was not possible; what was done stands at the top of the page with its way back."""
    for sentence in wording.hindered(outcome):
        flash(sentence, "warn")
    if not outcome.done and not outcome.hindered:
        flash(_("Nothing was changed."), "info")


@desk.post("/changes/<int:change_id>/undo")
def undo(change_id: int) -> ResponseReturnValue:
    """Take a change back."""
    change = db.session.get(RegistrationChange, change_id) or abort(404)
    seminar = seminar_or_404(change.seminar_id)
    try:
        outcome = undoing.undo(db.session(), change, seminar, now())
    except waiting_list.StateChanged:
        db.session.rollback()
        flash(_("This was taken back before."), "info")
    else:
        db.session.commit()
        if outcome.done:
            flash(_("Taken back: %(num)d.", num=len(outcome.done)), "success")
        say(outcome)
    return redirect(url_for(".registrations", seminar_id=seminar.id, **came_from().written()), 303)


@desk.get("/seminars/<int:seminar_id>/registrations.xlsx")
def workbook(seminar_id: int) -> ResponseReturnValue:
    """Give the list as a workbook, with those who are wanted."""
    seminar = seminar_or_404(seminar_id)
    lines = listing.lines(db.session(), seminar, Wanted.read(request.args))
    title, asked = seminar.title.to(current_user.language), questions.ever_asked(db.session(), seminar)
    made = export.xlsx_file(lines, seminar.zone, title, asked)
    return handed_out(made, f"{_('Registrations')} {title}", "xlsx")


@desk.get("/seminars/<int:seminar_id>/registrations.csv")
def text_file(seminar_id: int) -> ResponseReturnValue:
    """Give the list as CSV, with those who are wanted."""
    seminar = seminar_or_404(seminar_id)
    lines = listing.lines(db.session(), seminar, Wanted.read(request.args))
    title, asked = seminar.title.to(current_user.language), questions.ever_asked(db.session(), seminar)
    return handed_out(export.csv_file(lines, seminar.zone, asked), f"{_('Registrations')} {title}", "csv")
