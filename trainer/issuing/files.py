"""The frozen file of a certificate, handed out as it was issued: as PDF and as a picture."""

import io

from flask import Response, current_app, request, send_file

from trainer.documents import pdf_images
from trainer.issuing.downloads import file_name
from trainer.issuing.models import IssuedCertificate
from trainer.storage import Storage

PICTURE_WIDTH = 1000  # pixels


def pdf_answer(issued: IssuedCertificate) -> Response:
    """Give the file as a download."""
    content = io.BytesIO(Storage.of(current_app.extensions["settings"]).get(issued.pdf_sha256))
    return send_file(
        content, mimetype="application/pdf", as_attachment=True, download_name=file_name(issued), max_age=0
    )


def picture_answer(issued: IssuedCertificate) -> Response:
    """Give a picture of the file; it never changes, so a browser that has it is not sent it again."""
    answer = Response(mimetype="image/webp")
    answer.set_etag(issued.pdf_sha256)
    answer.cache_control.private = True
    answer.cache_control.max_age = 3600
    if issued.pdf_sha256 not in request.if_none_match:
        answer.set_data(
            pdf_images.webp(Storage.of(current_app.extensions["settings"]).get(issued.pdf_sha256), PICTURE_WIDTH)
        )
    answer.make_conditional(request)
    return answer
