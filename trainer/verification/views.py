"""Public pages of verification: the verdict on a code, as a page or as JSON, and typing a code or a number by hand."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certificates import MalformedCode, MalformedSerial, parse_code, parse_serial
from trainer.clock import now
from trainer.extensions import csrf, db, limiter
from trainer.issuing.files import picture_answer
from trainer.issuing.register import find_by_code
from trainer.language.translate import gettext as _
from trainer.raw_queries import single_look
from trainer.seminars.wording import CERTIFICATE_KINDS
from trainer.verification.forms import CodeForm, NumberForm, PhotoForm
from trainer.verification.lookup import Found, Verdict, code_of, look_up
from trainer.verification.presentation import shown
from trainer.web.errors import wants_json
from trainer.web.page_cache import filled

blueprint = Blueprint("verification", __name__)

NOT_KEPT = {
    "Cache-Control": "no-store",
    "Vary": "Accept",
}  # it may be withdrawn at any moment; page and JSON share the address
STATUS = {Verdict.UNKNOWN: 404, Verdict.MISTYPED: 404}
TONE = {Verdict.VALID: "valid", Verdict.REVOKED: "bad", Verdict.UNKNOWN: "bad"}


def heading_and_advice(verdict: Verdict) -> tuple[str, str]:
    """Say the verdict and what to do next."""
    sentences = {
        Verdict.VALID: (
            _("The certificate is valid"),
            _("It is in the register of the issuer. Compare what is written here with the paper."),
        ),
        Verdict.EXPIRED: (_("The certificate has expired"), _("It is genuine, but its term is over.")),
        Verdict.REVOKED: (
            _("The certificate is revoked"),
            _("It was issued, but the issuer has taken it back. It is no longer in force."),
        ),
        Verdict.REPLACED: (
            _("The certificate was replaced by another"),
            _(
                "It was issued, but a newer certificate has taken its place. Check that one to see whether it is in force."
            ),
        ),
        Verdict.UNKNOWN: (
            _("No certificate with this code was issued"),
            _("The code is written correctly, but it is not in the register. Such a paper proves nothing."),
        ),
        Verdict.MISTYPED: (
            _("The code is mistyped"),
            _("A letter or digit is wrong or missing. Please compare it with the paper and type it again."),
        ),
    }
    return sentences[verdict]


@blueprint.get("/v/<code>")
@blueprint.get("/V/<code>", endpoint="scanned")
def verdict(code: str) -> ResponseReturnValue:
    """Answer for a code."""
    zone = ZoneInfo(current_app.extensions["settings"].timezone)
    with single_look() as glance:
        found = look_up(glance, code, now())
    status = STATUS.get(found.verdict, 200)
    if wants_json():
        return jsonify(as_json(found)), status, NOT_KEPT
    return verdict_page(found, shown(found, zone)), status, NOT_KEPT


def verdict_page(found: Found, values: dict[str, str]) -> str:
    """Make the page of a verdict; most of it is the same for every certificate."""
    template, facts = "verification/verdict.html", found.facts
    if facts is None or request.args:
        return render_template(template, values=values, **settled(found))
    return filled(template, f"{found.verdict} {facts.specimen}", values, **settled(found))


def settled(found: Found) -> dict[str, object]:
    """Give what a verdict settles for its page."""
    return {"verdict": found.verdict, "specimen": found.specimen}


@blueprint.app_template_global()
def verdict_words(verdict: Verdict) -> tuple[str, str, str]:
    """Give the templates the tone of a verdict, its heading, and what to do next."""
    return (TONE.get(verdict, "warn"), *heading_and_advice(verdict))


def as_json(found: Found) -> dict[str, Any]:
    """Give the verdict and the printed facts for programs."""
    answer: dict[str, Any] = {"verdict": found.verdict, "checked_at": found.checked_at.isoformat()}
    facts = found.facts
    if facts is not None:
        answer |= {
            "serial": facts.serial,
            "code": facts.code,
            "recipient": facts.recipient,
            "heading": facts.heading.parts(),
            "title": facts.title.parts(),
            "kind": facts.kind,
            "awarded_for": facts.awarded_for.parts(),
            "hours": facts.hours,
            "held": [day.isoformat() for day in facts.held],
            "place": facts.place.parts(),
            "issuer": facts.issuer.parts(),
            "co_issuer": facts.co_issuer.parts(),
            "signatories": [{"name": each.name, "position": dict(each.position)} for each in facts.signatories],
            "issued_on": facts.issued_on.isoformat(),
            "expires_on": facts.expires_on.isoformat() if facts.expires_on else None,
            "specimen": facts.specimen,
        }
    if found.withdrawn is not None:
        withdrawn = {"on": found.withdrawn.on.isoformat(), "reason": found.withdrawn.reason}
        answer |= {
            "withdrawn": withdrawn | ({"replaced_by": found.withdrawn.successor} if found.withdrawn.successor else {})
        }
    return answer


@blueprint.app_template_global()
def third_of_each_month() -> list[date]:
    """Give the dates from which the scripts of a page learn how its language writes them."""
    return [date(2001, month, 3) for month in range(1, 13)]


@blueprint.get("/v/<code>/paper.webp")
@limiter.limit("120 per minute")
def paper(code: str) -> ResponseReturnValue:
    """Show the frozen file of a certificate as a picture."""
    try:
        issued = find_by_code(db.session(), parse_code(code))
    except MalformedCode:
        abort(404)
    return picture_answer(issued or abort(404))


@blueprint.get("/verify")
@limiter.limit("600 per minute")
def form() -> ResponseReturnValue:
    """Let a code be typed, or a number with the surname."""
    form = CodeForm(request.args)
    if "code" not in request.args:
        return show_form(CodeForm(formdata=None), NumberForm(formdata=None))
    if form.validate():
        typed = form.code.data.replace("/", "").replace(".", "") or "-"  # neither can stand alone in an address
        return redirect(url_for("verification.verdict", code=typed), 303)
    return show_form(form, NumberForm(formdata=None), 422)


def show_form(
    code: CodeForm, number: NumberForm, status: int = 200, photo: PhotoForm | None = None
) -> ResponseReturnValue:
    """Show the ways to check a certificate."""
    photo = photo or PhotoForm(formdata=None)
    host = current_app.extensions["settings"].host_name
    page = render_template(
        "verification/form.html", form=code, number=number, photo=photo, kinds=CERTIFICATE_KINDS, host=host
    )
    return page, status


def typed_number() -> str:
    """Name the number that is asked about, for its rate limit."""
    try:
        return "number " + parse_serial(request.form.get("number", ""))
    except MalformedSerial:
        return "address " + str(request.remote_addr)


@blueprint.post("/verify")
@csrf.exempt  # type: ignore[untyped-decorator]  # it changes nothing, and the page may come out of a browser's store
@limiter.limit("600 per minute")
@limiter.limit("20 per hour", key_func=typed_number)
def by_number() -> ResponseReturnValue:
    """Answer for a number and a surname; whatever does not match, the answer is the same."""
    form = NumberForm()
    if not form.validate():
        return show_form(CodeForm(formdata=None), form, 422)
    code = code_of(db.session(), form.number.data, form.surname.data)
    if code is None:
        form.number.errors = [
            _("No certificate with this number and surname was found. Please compare both with the paper.")
        ]
        return show_form(CodeForm(formdata=None), form, 404)
    return redirect(url_for("verification.verdict", code=code), 303)
