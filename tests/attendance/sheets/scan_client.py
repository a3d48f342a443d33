"""Printing, uploading and confirming sign-in sheets through the desk pages."""

from collections.abc import Sequence
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.desk_pages import build_documents_url
from tests.attendance.signed_sheet import encode_jpeg, render_pdf_page_as_picture, sign_lines
from tests.page import Page
from tests.visitor import Visitor
from trainer.attendance.models import SheetScan
from trainer.attendance.sheets.printing import create_sheet_pages
from trainer.clock import now
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


def print_sheet_pdf(visitor: Visitor, seminar: Seminar, place: int = 0, language: str = "kk") -> bytes:
    """Create a sheet for a session and return its PDF."""
    token = visitor.get(build_documents_url(seminar)).read_form("upload")[1]["csrf_token"]
    chosen = {"csrf_token": token, "session": seminar.sessions[place].id, "language": language}
    return bytes(visitor.follow(visitor.post(build_documents_url(seminar), chosen)).response.data)


def build_scan_upload(token: str, files: Sequence[bytes]) -> dict[str, Any]:
    """Return the arguments of a multipart request with files."""
    parts = [b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode()]
    for number, file in enumerate(files):
        head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="IMG_{number}.jpg"\r\n\r\n'
        parts.append(head.encode() + file)
    return {"data": b"\r\n".join([*parts, b"--x--\r\n"]), "content_type": "multipart/form-data; boundary=x"}


def upload_scans(visitor: Visitor, seminar: Seminar, *files: bytes, status: int = 303) -> Page:
    """Upload files together and return the answer's page."""
    token = visitor.get(build_documents_url(seminar)).read_form("upload")[1]["csrf_token"]
    sent = build_scan_upload(token, files)
    return visitor.post(f"/desk/seminars/{seminar.id}/scans", sent.pop("data"), status=status, **sent)


def upload_signed_sheet(
    visitor: Visitor, seminar: Seminar, signed_lines: Sequence[int] = (), *, place: int = 0, status: int = 303
) -> Page:
    """Print a sheet, sign lines of its first page, upload the picture, and return the answer's page."""
    paper = render_pdf_page_as_picture(print_sheet_pdf(visitor, seminar, place))
    return upload_scans(visitor, seminar, encode_jpeg(sign_lines(paper, list(signed_lines))), status=status)


def upload_blank_page(visitor: Visitor, seminar: Seminar) -> Page:
    """Upload a picture without a code and return the page of its scan."""
    return visitor.follow(upload_scans(visitor, seminar, encode_jpeg(Image.new("RGB", (600, 800), "white"))))


def create_filed_scan(session: Session, seminar: Seminar, signed_lines: Sequence[int] | None = ()) -> SheetScan:
    """Create a sheet for the first session and a scan of its first page, as recognized from a picture."""
    [page] = create_sheet_pages(session, seminar.sessions[0], now())
    scan = SheetScan(
        seminar_id=seminar.id,
        session=seminar.sessions[0],
        page=page,
        sha256="0" * 64,
        media_type="image/jpeg",
        page_number=1,
        signed_lines=None if signed_lines is None else list(signed_lines),
        uploaded_at=now(),
    )
    session.add(scan)
    session.flush()
    return scan


def list_scans_by_id(session: Session) -> list[SheetScan]:
    """Return all scans in the order uploaded."""
    session.commit()
    session.expire_all()
    return list(session.scalars(select(SheetScan).order_by(SheetScan.id)))


def list_ticked_ids(page: Page) -> list[int]:
    """Return the ids of the ticked registrations on the page of a scan."""
    return [
        int(field.get("value"))
        for field in page.find_all("input")
        if field.get("name") == "signed" and field.get("checked") is not None
    ]


def list_offered_ids(page: Page) -> list[int]:
    """Return the ids of the registrations that can be ticked on the page of a scan."""
    return [int(field.get("value")) for field in page.find_all("input") if field.get("name") == "signed"]


def submit_confirmation(visitor: Visitor, page: Page, *people: Registration) -> Page:
    """Confirm a scan with exactly these people ticked, and return the next page."""
    target, fields = page.read_form("rows")
    return visitor.follow(visitor.post(target, {**fields, "signed": [person.id for person in people]}))
