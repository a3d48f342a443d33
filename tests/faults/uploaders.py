"""People who upload files by the tus protocol, as the page's client does: what fails is continued where the server says."""

import base64
import hashlib
import http.client
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from tests import databases
from tests.evidence.factories import draw_jpeg
from tests.faults.outcome import FaultOutcome
from tests.faults.stage import Stage
from tests.faults.traffic import GRACE_SECONDS, Client, Clients
from tests.visitor import sign_in_organizer
from trainer.evidence.models import EvidenceItem, Processing
from trainer.extensions import db
from trainer.projects.models import Project
from trainer.storage import FileDamaged, FileMissing, Storage

UPLOADERS = 4
PATIENCE_SECONDS = 900.0
MOST_ATTEMPTS = 8
FILE_BYTES, PART_BYTES = 300_000, 128_000
CREATED, NO_CONTENT = 201, 204
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class Ticket:
    """What a browser in which an organizer is signed in sends with each request, and the project of the files."""

    cookie: str
    token: str
    project_id: int

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of a request."""
        return {**TUS, "Cookie": f"session={self.cookie}", "X-CSRFToken": self.token}


def sign_in(stage: Stage) -> Ticket:
    """Sign in an organizer."""
    with databases.open_session(stage.app) as session:
        client = sign_in_organizer(stage.app, session).client
        project_id = session.scalars(select(Project.id)).one()
    token = client.get("/desk/evidence/upload/token").get_json()["token"]
    cookie = client.get_cookie("session")
    assert cookie is not None
    return Ticket(cookie.value, token, project_id)


class Uploader(Client):
    """Somebody who uploads one photo after the other, each in three parts."""

    def __init__(self, port: int, stop: threading.Event, ticket: Ticket, numbers: range) -> None:
        super().__init__(stop)
        self.port, self.ticket, self.numbers = port, ticket, iter(numbers)
        self.content, self.name, self.address, self.arrived = b"", "", "", 0
        self.lost_parts = 0

    def prepare(self) -> str | None:
        """Take the next photo and return its hash; None if there is none left."""
        number = next(self.numbers, None)
        if number is None:
            return None
        photo = draw_jpeg(number)
        self.content = photo + random.Random(number).randbytes(FILE_BYTES - len(photo))  # after the end of the picture
        self.name, self.address, self.arrived = f"photo-{number}.jpg", "", 0
        return hashlib.sha256(self.content).hexdigest()

    def send(self) -> None:
        """Create the upload unless it was, ask how much has arrived, and send the rest. Raises one of FAILURES."""
        if not self.address:
            name = base64.b64encode(self.name.encode()).decode()
            headers = {"Upload-Length": str(len(self.content)), "Upload-Metadata": f"filename {name}"}
            place = f"/desk/evidence/projects/{self.ticket.project_id}/uploads"
            self.address = str(self.request("POST", place, CREATED, headers)["Location"])
        offset = int(self.request("HEAD", self.address, 200)["Upload-Offset"] or 0)
        self.lost_parts += offset < self.arrived
        self.arrived = offset
        while self.arrived < len(self.content):
            part = self.content[self.arrived : self.arrived + PART_BYTES]
            headers = {"Upload-Offset": str(self.arrived), "Content-Type": "application/offset+octet-stream"}
            answer = self.request("PATCH", self.address, NO_CONTENT, headers, part)
            self.arrived = int(answer["Upload-Offset"] or 0)

    def request(
        self, method: str, address: str, status: int, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> http.client.HTTPMessage:
        """Send a request and return the headers of the answer. Raises one of FAILURES if the status is another one."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, address, body, {**self.ticket.headers, **(headers or {})})
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        if answer.status != status:
            raise ValueError(f"{method} {address}: status {answer.status}")
        return answer.headers


class Uploads(Clients):
    """All who upload in a scenario."""

    def __init__(self, stage: Stage, port: int, files: int) -> None:
        super().__init__()
        self.stage, self.files, ticket = stage, files, sign_in(stage)
        self.uploaders = [
            Uploader(port, self.stop, ticket, range(number, files, UPLOADERS)) for number in range(UPLOADERS)
        ]
        self.clients += self.uploaders

    def wait_for(self, more: int, seconds: float = GRACE_SECONDS) -> None:
        """Wait until so many more files are acknowledged, or all."""
        super().wait_for(min(more, self.files - self.count_acknowledged()), seconds)

    def finish(self) -> None:
        """Wait until all files are acknowledged, at most PATIENCE_SECONDS, or given up."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        for uploader in self.uploaders:
            uploader.thread.join(max(0.0, deadline - time.monotonic()))
        super().finish()

    def compare_with_storage(self, faults: int) -> FaultOutcome:
        """Return which acknowledged files are not evidence with its pictures, whole and right, and which are twice.

        The jobs run before: they complete what has arrived while the storage failed.
        """
        run_jobs(self.stage)
        settings = databases.build_settings(self.stage.folder, self.stage.database_url, **self.stage.storage)
        storage = Storage.from_settings(settings)
        query = select(EvidenceItem.sha256, EvidenceItem.file_name, EvidenceItem.thumbnail_sha256)
        with self.stage.app.app_context():
            rows = db.session.execute(query).all()
            db.session.remove()
        thumbnails = {row.sha256: row.thumbnail_sha256 for row in rows}
        acknowledged = {word for uploader in self.uploaders for word in uploader.acknowledged}
        lost = sum(
            not (is_stored(storage, sha256) and is_stored(storage, thumbnails.get(sha256, "")))
            for sha256 in acknowledged
        )
        lost += sum(uploader.lost_parts for uploader in self.uploaders)
        doubled = sum(count - 1 for count in Counter(row.file_name for row in rows).values())
        return self.summarize(lost, doubled, faults)


def run_jobs(stage: Stage) -> None:
    """Run the background jobs until every file of evidence was opened, a few times at most."""
    own = {"INSTANCE": str(stage.folder), "BASE_URL": "", "SMTP_URL": ""}
    command = [sys.executable, "-m", "trainer", "jobs", "--once"]
    for _attempt in range(MOST_ATTEMPTS):
        subprocess.run(command, env={**os.environ, **own, **stage.settings}, check=False, capture_output=True)
        if are_all_processed(stage):
            return


def is_stored(storage: Storage, sha256: str) -> bool:
    """Return whether a file is stored, whole and right."""
    if not sha256:
        return False
    try:
        storage.load_content(sha256)
    except (FileMissing, FileDamaged):
        return False
    return True


def are_all_processed(stage: Stage) -> bool:
    """Return whether the worker has opened all files."""
    waiting = select(func.count(EvidenceItem.id)).where(EvidenceItem.processing == Processing.WAITING)
    with stage.app.app_context():
        count = db.session.scalar(waiting)
        db.session.remove()
    return not count


@contextmanager
def send_files(stage: Stage, port: int, files: int) -> Iterator[Uploads]:
    """Yield people who upload files; in the end let them finish."""
    uploads = Uploads(stage, port, files)
    uploads.start()
    uploads.wait_for(min(20, files // 4))
    try:
        yield uploads
    finally:
        uploads.finish()
