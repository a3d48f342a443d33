"""Requests of the tus protocol, as tests send them."""

import base64
from typing import Any

from werkzeug.test import TestResponse

from tests.visitor import Visitor
from trainer.projects.models import Project

TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream"}


def encode_metadata(**values: str) -> str:
    """Return an Upload-Metadata header."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


def fetch_token(visitor: Visitor, page: str = "") -> str:
    """Return a CSRF token: a fresh one for the desk, or that of the last form of a page."""
    if page:
        return str(visitor.get(page).read_form(-1)[1]["csrf_token"])
    return str((visitor.client.get("/desk/evidence/upload/token").json or {})["token"])


def send(visitor: Visitor, method: str, address: str, status: int, **more: Any) -> TestResponse:
    """Send a request of the protocol, with a token where it changes something below /desk."""
    visitor.session.commit()
    if address.startswith("/desk") and method not in ("HEAD", "OPTIONS"):
        more["headers"] = {"X-CSRFToken": fetch_token(visitor), **more.get("headers", {})}
    response = visitor.client.open(address, method=method, **more)
    assert response.status_code == status, response.text[:500]
    return response


def create(visitor: Visitor, project: Project, size: int, status: int = 201, **metadata: str) -> TestResponse:
    """Create an upload."""
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": encode_metadata(filename="сурет.jpg", **metadata)}
    return send(visitor, "POST", f"/desk/evidence/projects/{project.id}/uploads", status, headers=headers)


def send_part(visitor: Visitor, address: str, offset: int, part: bytes, status: int = 204) -> TestResponse:
    """Send a part of an upload."""
    headers = {**PART, "Upload-Offset": str(offset)}
    return send(visitor, "PATCH", address, status, headers=headers, data=part)
