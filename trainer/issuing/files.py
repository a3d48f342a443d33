"""Responses with the stored file of a certificate: as PDF and as a picture."""

import io

from flask import Response, request

from trainer.documents import pdf_images
from trainer.documents.files import send_named_file
from trainer.issuing.downloads import build_certificate_file_name
from trainer.issuing.models import IssuedCertificate
from trainer.settings import get_settings
from trainer.storage import Storage

CERTIFICATE_PICTURE_WIDTH = 1000  # pixels
SHARED_PICTURE_WIDTH, SHARED_PICTURE_COLOURS = 1600, 64


def send_certificate_pdf(issued: IssuedCertificate) -> Response:
    """Send the file as a download."""
    content = io.BytesIO(Storage.from_settings(get_settings()).load_content(issued.pdf_sha256))
    return send_named_file(content, build_certificate_file_name(issued), "application/pdf")


def send_certificate_picture(issued: IssuedCertificate) -> Response:
    """Send a picture of the file; it never changes, so a browser that has it is not sent it again."""
    response = Response(mimetype="image/webp")
    response.set_etag(issued.pdf_sha256)
    response.cache_control.private = True
    response.cache_control.max_age = 3600
    if issued.pdf_sha256 not in request.if_none_match:
        response.set_data(
            pdf_images.render_webp(
                Storage.from_settings(get_settings()).load_content(issued.pdf_sha256),
                CERTIFICATE_PICTURE_WIDTH,
            )
        )
    response.make_conditional(request)
    return response


def send_shareable_picture(issued: IssuedCertificate) -> Response:
    """Send a picture of the file as a download, in a format that every messenger and gallery shows."""
    pdf = Storage.from_settings(get_settings()).load_content(issued.pdf_sha256)
    picture = pdf_images.render_png(pdf, SHARED_PICTURE_WIDTH, SHARED_PICTURE_COLOURS)
    return send_named_file(io.BytesIO(picture), build_certificate_file_name(issued, "png"), "image/png")
