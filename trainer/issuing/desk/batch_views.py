"""Issuing a batch: the check sheet, shown once before anything is issued, and the steps of the batch."""

from flask import flash, g, render_template, request, session
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.desk.access import get_own_issuing_context, get_seminar_with_certificates
from trainer.issuing.desk.obstacles import (
    SILENT_ISSUING_ERRORS,
    format_issuing_error,
    get_issuing_obstacle,
    list_seminar_text_problems,
)
from trainer.issuing.desk.preview import RowStatus, load_eligibility_rows, sort_people
from trainer.issuing.desk.views import CONTINUATION_KEY, redirect_to_certificates, render_certificates_page
from trainer.issuing.issuance.batch_plan import plan_batch
from trainer.issuing.issuance.concerns import CONCERN_TEXTS, Concern
from trainer.issuing.issuance.context import PrinterCache
from trainer.issuing.issuance.issue import BATCH_STEP_SIZE, BatchChanged, BatchStep, issue_certificates
from trainer.issuing.readiness import load_batch_basis
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.registration.desk.filters import RegistrationFilter
from trainer.seminars.models import Seminar
from trainer.settings import get_settings
from trainer.storage import Storage
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("issuing_batch", __name__)

MAX_NAMES_SHOWN = 10
SHOWN_PEOPLE = 100
"""How many people of each group the check sheet names; a link leads to the list of all."""
ISSUED_COUNT_KEY = "made"  # session key: seminar id, and certificates issued so far by its steps


@desk.get("/seminars/<int:seminar_id>/certificates/check")
def view_check_sheet(seminar_id: int) -> ResponseReturnValue:
    """Show what would be issued now, and what to look at before."""
    return render_check_sheet(get_seminar_with_certificates(seminar_id))


def render_check_sheet(seminar: Seminar, has_changed: bool = False) -> ResponseReturnValue:
    """Render the check sheet; `has_changed` says that it differs from the one that was confirmed (status 409)."""
    settings, moment = get_settings(), now()
    printers = PrinterCache(Storage.from_settings(settings))
    basis = g.batch_basis = load_batch_basis(db.session(), seminar, moment)  # the frame of the page uses it too
    plan = plan_batch(db.session(), seminar, settings.host_name, printers, moment, basis)
    preview = sort_people(
        db.session(), seminar, basis, plan.problems, len(plan.list_concerned(Concern.NAME_UNCONFIRMED)), moment
    )
    shown_ids = {status: preview.list_ids(status)[:SHOWN_PEOPLE] for status in RowStatus if status != RowStatus.READY}
    everybody = [registration_id for ids in shown_ids.values() for registration_id in ids]
    rows = {
        row.registration.id: row for row in load_eligibility_rows(db.session(), seminar, preview, everybody, moment)
    }
    page = render_template(
        "issuing/desk/check_sheet.html",
        seminar=seminar,
        plan=plan,
        preview=preview,
        concerns=CONCERN_TEXTS,
        shown_people=SHOWN_PEOPLE,
        rows={status: [rows[registration_id] for registration_id in ids] for status, ids in shown_ids.items()},
        without_consent=RegistrationFilter(consent=False).to_arguments(),
        obstacle=get_issuing_obstacle(seminar, settings, moment),
        problems=list_seminar_text_problems(seminar, settings, moment),
        has_changed=has_changed,
    )
    return page, 409 if has_changed else 200


@desk.post("/seminars/<int:seminar_id>/certificates")
def submit_certificate_batch(seminar_id: int) -> ResponseReturnValue:
    """Issue a step of the batch that was checked; the page continues by itself until nobody remains."""
    seminar = get_seminar_with_certificates(seminar_id)
    checked = request.form.get("checked", "")
    with commit_or_explain({**SILENT_ISSUING_ERRORS, BatchChanged: ""}) as outcome:
        step = issue_certificates(db.session(), seminar, get_own_issuing_context(), now(), BATCH_STEP_SIZE, checked)
    if isinstance(outcome.refusal, BatchChanged):
        return render_check_sheet(seminar, has_changed=True)
    if outcome.refusal:
        return render_certificates_page(seminar, format_issuing_error(outcome.refusal))
    report_batch_progress(seminar, step)
    return redirect_to_certificates(seminar.id)


def report_batch_progress(seminar: Seminar, step: BatchStep) -> None:
    """Continue with those who remain, or report the total of all steps."""
    seminar_id, earlier_count = session.pop(ISSUED_COUNT_KEY, (seminar.id, 0))
    issued_count = len(step.issued) + (earlier_count if seminar_id == seminar.id else 0)
    if step.remaining:
        session[CONTINUATION_KEY] = seminar.id, step.fingerprint
        session[ISSUED_COUNT_KEY] = seminar.id, issued_count
    elif issued_count:
        flash(ngettext("%(num)d certificate issued.", "%(num)d certificates issued.", issued_count), "success")
    else:
        flash(_("Everyone who qualifies already has a certificate."), "info")
    if step.changed:
        flash(format_changed_people(step.changed), "warn")


def format_changed_people(names: list[str]) -> str:
    """Return a sentence about people to whom nothing was issued, because they are no longer as they were checked."""
    shown = ", ".join(names[:MAX_NAMES_SHOWN]) + (" …" if len(names) > MAX_NAMES_SHOWN else "")
    return ngettext(
        "%(num)d certificate was not issued, because something has changed since the check: %(names)s. Check again.",
        "%(num)d certificates were not issued, because something has changed since the check: %(names)s. Check again.",
        len(names),
        names=shown,
    )
