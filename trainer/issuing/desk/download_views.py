"""Downloads for the organizer: all certificates of a seminar as ZIP or as one PDF, and a sample of the design."""

from typing import IO

from flask import Response, abort, send_file
from flask.typing import ResponseReturnValue

from certificates import UnprintableCertificate, list_designs
from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.desk.access import get_seminar_with_certificates
from trainer.issuing.downloads import build_certificate_archive, build_print_file, list_printable_certificates
from trainer.issuing.issuance.sample import render_sample_picture
from trainer.issuing.models import IssuedCertificate
from trainer.seminars.models import Seminar
from trainer.settings import get_settings
from trainer.storage import Storage

desk = create_desk_blueprint("issuing_downloads", __name__)


@desk.get("/seminars/<int:seminar_id>/certificates.zip")
def download_certificate_archive(seminar_id: int) -> ResponseReturnValue:
    """Download all certificates of a seminar that are in force as files in a ZIP."""
    seminar, certificates = get_seminar_certificates(seminar_id)
    content = build_certificate_archive(certificates, Storage.from_settings(get_settings()))
    return send_temporary_file(content, f"{seminar.slug}.zip", "application/zip")


@desk.get("/seminars/<int:seminar_id>/certificates.pdf")
def download_print_file(seminar_id: int) -> ResponseReturnValue:
    """Download all certificates of a seminar that are in force as one file to print."""
    seminar, certificates = get_seminar_certificates(seminar_id)
    content = build_print_file(certificates, Storage.from_settings(get_settings()))
    return send_temporary_file(content, f"{seminar.slug}.pdf", "application/pdf")


def get_seminar_certificates(seminar_id: int) -> tuple[Seminar, list[IssuedCertificate]]:
    """Return a seminar and its certificates in force in order of names, without the expired; 404 if there is none."""
    seminar = get_seminar_with_certificates(seminar_id)
    certificates = list_printable_certificates(db.session(), seminar, now())
    if not certificates:
        abort(404)
    return seminar, certificates


def send_temporary_file(content: IO[bytes], name: str, mimetype: str) -> Response:
    """Send a temporary file as a download."""
    return send_file(content, mimetype=mimetype, as_attachment=True, download_name=name, max_age=0)


@desk.get("/seminars/<int:seminar_id>/sample/<design>.webp")
def view_certificate_sample(seminar_id: int, design: str) -> ResponseReturnValue:
    """Show a sample of the seminar's certificate in a design, with an invented name."""
    seminar = get_seminar_with_certificates(seminar_id)
    if design not in list_designs():
        abort(404)
    try:
        picture = render_sample_picture(seminar, design, get_settings(), now())
    except UnprintableCertificate:
        abort(404)  # the certificates page lists what does not fit
    return Response(picture, mimetype="image/webp")
