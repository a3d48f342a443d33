"""Public verification pages: the verdict on a code, as a page or as JSON, and the form for a code or a number."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from certificates import MalformedCode, MalformedSerial, parse_code, parse_link, parse_serial
from trainer.clock import now
from trainer.extensions import csrf, db, limiter
from trainer.issuing.files import send_certificate_picture
from trainer.issuing.register import find_certificate_by_code
from trainer.language.translate import gettext as _
from trainer.raw_queries import open_raw_connection
from trainer.seminars.wording import CERTIFICATE_KIND_NAMES
from trainer.settings import get_settings
from trainer.verification.forms import CodeForm, NumberForm, PhotoForm
from trainer.verification.links import CodeUnreadable, IssuedElsewhere, build_verdict_address, find_verdict_address
from trainer.verification.lookup import Verdict, VerificationResult, find_code_by_serial, verify_code
from trainer.verification.presentation import build_page_values
from trainer.verification.verdict_json import build_verdict_json
from trainer.verification.wording import get_heading_and_advice, get_verdict_words
from trainer.web.errors import is_json_requested
from trainer.web.page_cache import render_cached_page
from trainer.web.text import clean_text

blueprint = Blueprint("verification", __name__)
blueprint.add_app_template_global(get_verdict_words)

NO_STORE_HEADERS = {
    "Cache-Control": "no-store",
    "Vary": "Accept",
}  # it may be revoked at any moment; page and JSON share the address
HTTP_STATUS = {Verdict.UNKNOWN: 404, Verdict.MISTYPED: 404}


@blueprint.get("/v/<code>")
@blueprint.get("/V/<code>", endpoint="scanned")
def view_verdict(code: str) -> ResponseReturnValue:
    """Show the verdict on a code."""
    zone = ZoneInfo(get_settings().timezone)
    with open_raw_connection() as glance:
        result = verify_code(glance, code, now())
    link = parse_link(f"/v/{code}") if result.verdict == Verdict.MISTYPED else None
    if link is not None and link.code:
        return redirect(build_verdict_address(link), 303)
    status = HTTP_STATUS.get(result.verdict, 200)
    if is_json_requested():
        return jsonify(build_verdict_json(result)), status, NO_STORE_HEADERS
    return render_verdict_page(result, build_page_values(result, zone), code), status, NO_STORE_HEADERS


def render_verdict_page(result: VerificationResult, values: dict[str, str], typed_code: str) -> str:
    """Render the page of a verdict from the page cache, which takes a tenth of the time of rendering its template.

    A mistyped code stands in a field, to be corrected there.
    """
    template, facts = "verification/verdict.html", result.facts
    if result.verdict == Verdict.MISTYPED:
        typed = CodeForm(formdata=MultiDict({"code": typed_code}))
        return render_template(template, values=values, form=typed, **build_verdict_context(result))
    if facts is None or request.args:
        return render_template(template, values=values, **build_verdict_context(result))
    context = build_verdict_context(result)
    return render_cached_page(template, " ".join(map(str, context.values())), values, **context)


def build_verdict_context(result: VerificationResult) -> dict[str, object]:
    """Return the template values that depend on the verdict alone."""
    successor = result.invalidation.successor if result.invalidation else None
    return {
        "verdict": result.verdict,
        "specimen": result.is_specimen,
        "successor_verdict": successor.verdict if successor else None,
    }


@blueprint.app_template_global()
def list_month_samples() -> list[date]:
    """Return dates from which scripts learn how the page's language writes months."""
    return [date(2001, month, 3) for month in range(1, 13)]


@blueprint.get("/v/<code>/paper.webp")
@limiter.limit("120 per minute")
def view_paper_picture(code: str) -> ResponseReturnValue:
    """Show the stored file of a certificate as a picture."""
    try:
        issued = find_certificate_by_code(db.session(), parse_code(code))
    except MalformedCode:
        abort(404)
    return send_certificate_picture(issued or abort(404))


@blueprint.get("/verify")
@limiter.limit("600 per minute")
def view_verification_form() -> ResponseReturnValue:
    """Show the form, or redirect from a typed code to its verdict."""
    form = CodeForm(request.args)
    if "code" not in request.args:
        return render_verification_form(CodeForm(formdata=None), NumberForm(formdata=None))
    if not form.validate():
        return render_verification_form(form, NumberForm(formdata=None), 422)
    try:
        return redirect(find_verdict_address(form.code.data, get_settings()), 303)
    except IssuedElsewhere as error:
        form.code.errors = [describe_other_site(error)]
    except CodeUnreadable:
        if is_serial(form.code.data):
            return render_serial_in_code_field(form)
        form.code.errors = [get_heading_and_advice(Verdict.MISTYPED)[1]]
    return render_verification_form(form, NumberForm(formdata=None), 422)


def render_serial_in_code_field(form: CodeForm) -> ResponseReturnValue:
    """Move a number that was typed as the code into its own field, and ask for the surname."""
    number = NumberForm(formdata=MultiDict({"number": form.code.data}))
    number.surname.errors = [_("This is the number of a certificate. Enter the surname too.")]
    return render_verification_form(form, number, 422)


def is_serial(text: str) -> bool:
    """Return whether a text is the number of a certificate."""
    try:
        return bool(parse_serial(text))
    except MalformedSerial:
        return False


def describe_other_site(error: IssuedElsewhere) -> str:
    """Return the sentence on a link that leads to another site."""
    advice = _("Its code leads to %(day)s. Open that site if you know it.", day=error)
    return f"{_('This certificate is checked on another site')}. {advice}"


def render_verification_form(
    code: CodeForm, number: NumberForm, status: int = 200, photo: PhotoForm | None = None
) -> ResponseReturnValue:
    """Render the forms that verify a certificate."""
    photo = photo or PhotoForm(formdata=None)
    host = get_settings().host_name
    page = render_template(
        "verification/form.html", form=code, number=number, photo=photo, kinds=CERTIFICATE_KIND_NAMES, host=host
    )
    return page, status


def get_typed_number_key() -> str:
    """Return the rate limit key of the typed number. Raises MalformedSerial."""
    return "number " + parse_serial(clean_text(request.form.get("number", "")))


def has_mistyped_number() -> bool:
    """Return whether the typed number can't be looked up: the form is shown again."""
    try:
        get_typed_number_key()
    except MalformedSerial:
        return True
    return False


@blueprint.post("/verify")
@csrf.exempt  # type: ignore[untyped-decorator]  # it changes nothing, and the page may come from a browser's cache
@limiter.limit("600 per minute")
@limiter.limit("20 per hour", key_func=get_typed_number_key, exempt_when=has_mistyped_number)
def submit_number() -> ResponseReturnValue:
    """Redirect to the verdict for a number and a surname; any mismatch gets the same answer."""
    form = NumberForm()
    typed_link = parse_link(request.form.get("number", ""))
    if typed_link.code:
        return redirect(build_verdict_address(typed_link), 303)
    if not form.validate():
        return render_verification_form(CodeForm(formdata=None), form, 422)
    code = find_code_by_serial(db.session(), form.number.data, form.surname.data)
    if code is None:
        form.number.errors = [
            _("No certificate with this number and surname was found. Compare both with the printed certificate.")
        ]
        return render_verification_form(CodeForm(formdata=None), form, 404)
    return redirect(url_for("verification.view_verdict", code=code), 303)
