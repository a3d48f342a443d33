"""Importing a list: first what would happen, row by row, then all of it or nothing."""

from collections import Counter
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.documents.upload_tables import TableRefused, Unreadable, read_tables
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.desk import wording
from trainer.registration.desk.forms import ListForm, PersonForm
from trainer.registration.imports import importing
from trainer.registration.imports.importing import Row, Taken
from trainer.registration.models import State
from trainer.registration.seats import enrolment
from trainer.seminars.models import Seminar
from trainer.seminars.views import seminar_or_404

desk = desk_blueprint("registration_imports", __name__)

LARGEST_CARRIED = 3 * 1024 * 1024  # of the rows that the page carries to the button that confirms them
SHOWN = 100  # rows of one kind at most


@dataclass(frozen=True)
class Problem:
    """A row that can't be taken as it is."""

    row: Row
    sentences: list[str]


@dataclass(frozen=True)
class Trial:
    """What would happen."""

    unknown: list[str]
    problems: list[Problem]
    taken: list[tuple[Row, Taken]]
    full: bool
    carried: str

    @property
    def new(self) -> Counter[str]:
        """How many would stand where."""
        return Counter(each.registration.state for _row, each in self.taken if not each.known)

    @property
    def known(self) -> list[tuple[Row, Taken]]:
        """Who is on the list already, not by this file."""
        own = {id(each.registration) for _row, each in self.taken if not each.known}
        return [(row, each) for row, each in self.taken if each.known and id(each.registration) not in own]

    @property
    def repeated(self) -> list[tuple[Row, Row]]:
        """Rows that say the same person as an earlier one of the file, each with that one."""
        first = {id(each.registration): row for row, each in self.taken if not each.known}
        return [
            (row, first[id(each.registration)])
            for row, each in self.taken
            if each.known and id(each.registration) in first
        ]

    @property
    def doubtful(self) -> list[tuple[Row, Taken]]:
        """Who is likely somebody already on the list."""
        return [
            (row, each) for row, each in self.taken if not each.known and each.registration.state == State.DUPLICATE
        ]

    @property
    def possible(self) -> bool:
        """Whether the list can be taken in."""
        return not self.problems and not self.full and bool(self.new)


@desk.get("/seminars/<int:seminar_id>/import")
def choose(seminar_id: int) -> ResponseReturnValue:
    """Ask for the file."""
    return show(seminar_or_404(seminar_id), ListForm())


@desk.post("/seminars/<int:seminar_id>/import")
def try_out(seminar_id: int) -> ResponseReturnValue:
    """Say what would happen to every row of a file; nothing is kept."""
    seminar, form = seminar_or_404(seminar_id), ListForm()
    if not form.validate():
        return show(seminar, form, status=422)
    try:
        sheet = importing.understand(read_tables(form.file.data.read()))
        tried = trial(seminar, sheet)
    except importing.ColumnsMissing:
        form.file.errors = [
            _("No row near the top names the columns. Needed are a name (or surname and given name) and a phone.")
        ]
    except TableRefused as refused:
        form.file.errors = [str(wording.UNREADABLE[refused.reason])]
    else:
        page = show(seminar, form, tried, 200 if tried.possible else 422)
        db.session.rollback()
        return page
    return show(seminar, form, status=422)


@desk.post("/seminars/<int:seminar_id>/import/confirmation")
def confirm(seminar_id: int) -> ResponseReturnValue:
    """Take in the rows that were shown: all of them, or nobody."""
    seminar = seminar_or_404(seminar_id)
    try:
        rows = [Row(number, cells) for number, cells in carrier(seminar).loads(request.form.get("rows", ""))]
        checked = [PersonForm.of_row(importing.typed(row)) for row in rows]
        if not all(each.validate() for each in checked):
            raise BadSignature("the rules have changed since")
        taken = importing.take_in(db.session(), seminar, [each.applicant() for each in checked], now())
    except BadSignature:
        flash(_("The list has changed on its way. Please choose the file once more."), "error")
        return redirect(url_for(".choose", seminar_id=seminar.id), 303)
    except enrolment.SeminarFull:
        db.session.rollback()
        flash(_("All places are taken: raise the number of places first."), "error")
        return redirect(url_for(".choose", seminar_id=seminar.id), 303)
    db.session.commit()
    tell(taken)
    return redirect(url_for("registration_desk.registrations", seminar_id=seminar.id), 303)


def tell(taken: list[Taken]) -> None:
    """Say what became of the rows."""
    states = Counter(each.registration.state for each in taken if not each.known)
    parts = [f"{wording.STATES[state]}: {states[state]}" for state in State if states[state]]
    known = sum(each.known for each in taken)
    flash(_("The list was taken in.") + " " + "; ".join(parts) if parts else _("Nothing was changed."), "success")
    if known:
        flash(_("On the list before: %(num)d.", num=known), "info")


def trial(seminar: Seminar, sheet: importing.Sheet) -> Trial:
    """Take the list in to see what happens; whoever calls this rolls it back once the page is made."""
    forms = [(row, PersonForm.of_row(importing.typed(row))) for row in sheet.rows]
    problems = [Problem(row, sentences(form)) for row, form in forms if not form.validate()]
    carried = "" if problems else carrier(seminar).dumps([[row.number, row.cells] for row in sheet.rows])
    if len(carried) > LARGEST_CARRIED:
        raise TableRefused(Unreadable.TOO_LARGE)
    taken: list[Taken] = []
    full = False
    if not problems:
        try:
            taken = importing.take_in(db.session(), seminar, [form.applicant() for _row, form in forms], now())
        except enrolment.SeminarFull:
            full = True
    return Trial(sheet.unknown, problems, list(zip(sheet.rows, taken, strict=False)), full, carried)


def sentences(form: PersonForm) -> list[str]:
    """Say what is wrong with a row, column by column."""
    return [f"{field.label.text}: {field.errors[0]}" for field in form if field.errors]


def carrier(seminar: Seminar) -> URLSafeSerializer:
    """What packs rows into the page, signed, for this seminar."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"import into seminar {seminar.id}")


def show(seminar: Seminar, form: ListForm, tried: Trial | None = None, status: int = 200) -> ResponseReturnValue:
    """Show the form, and what would happen."""
    states = wording.STATES
    page = render_template(
        "registration/imports/import.html", seminar=seminar, form=form, trial=tried, states=states, shown=SHOWN
    )
    return page, status
