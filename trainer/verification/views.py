"""Public pages of verification: the verdict on a code, as a page or as JSON, and typing a code by hand."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.issuing.wording import KINDS
from trainer.language.words import gettext as _
from trainer.verification.forms import CodeForm
from trainer.verification.lookup import Found, Verdict, look_up
from trainer.web.errors import wants_json

blueprint = Blueprint("verification", __name__)

STATUS = {Verdict.VALID: 200, Verdict.EXPIRED: 200, Verdict.UNKNOWN: 404, Verdict.MISTYPED: 404}
TONE = {Verdict.VALID: "valid", Verdict.EXPIRED: "warn", Verdict.UNKNOWN: "bad", Verdict.MISTYPED: "warn"}


def heading_and_advice(verdict: Verdict) -> tuple[str, str]:
    """Say the verdict and what to do next."""
    sentences = {
        Verdict.VALID: (
            _("The certificate is valid"),
            _("It is in the register of the issuer. Compare what is written here with the paper."),
        ),
        Verdict.EXPIRED: (_("The certificate has expired"), _("It is genuine, but its term is over.")),
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
@limiter.limit("600 per minute")
def verdict(code: str) -> ResponseReturnValue:
    """Answer for a code."""
    zone = ZoneInfo(current_app.extensions["settings"].timezone)
    found = look_up(db.session(), code, now(), zone)
    if wants_json():
        return jsonify(as_json(found)), STATUS[found.verdict]
    heading, advice = heading_and_advice(found.verdict)
    page = render_template(
        "verification/verdict.html",
        found=found,
        heading=heading,
        advice=advice,
        tone=TONE[found.verdict],
        kinds=KINDS,
        zone=zone,
    )
    return page, STATUS[found.verdict]


def as_json(found: Found) -> dict[str, Any]:
    """Give the verdict and the printed facts for programs."""
    answer: dict[str, Any] = {"verdict": found.verdict, "checked_at": found.checked_at.isoformat()}
    facts = found.facts
    if facts is not None:
        answer |= {
            "serial": facts.serial,
            "code": facts.code,
            "recipient": facts.recipient,
            "title": facts.title.parts(),
            "kind": facts.kind,
            "hours": facts.hours,
            "held": [day.isoformat() for day in facts.held],
            "place": facts.place.parts(),
            "issuer": facts.issuer.parts(),
            "issued_on": facts.issued_on.isoformat(),
            "expires_on": facts.expires_on.isoformat() if facts.expires_on else None,
            "specimen": facts.specimen,
        }
    return answer


@blueprint.get("/verify")
@limiter.limit("600 per minute")
def form() -> ResponseReturnValue:
    """Let a code be typed."""
    form = CodeForm(request.args)
    if "code" not in request.args:
        return render_template("verification/form.html", form=CodeForm(formdata=None))
    if form.validate():
        typed = form.code.data.replace("/", "").replace(".", "") or "-"  # neither can stand alone in an address
        return redirect(url_for("verification.verdict", code=typed), 303)
    return render_template("verification/form.html", form=form), 422
