"""Create evidence: files as an upload leaves them, and uploads on their way."""

import io
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from tests.factories import NOON
from trainer.evidence.items import FileSource, add_file
from trainer.evidence.models import EvidenceItem, Upload
from trainer.evidence.uploads.receiving import create_upload
from trainer.projects.models import Activity, Project
from trainer.settings import Settings
from trainer.storage import Storage


def get_settings(session: Session) -> Settings:
    """Return the settings of the application that a test's session belongs to."""
    settings: Settings = session.info["app"].extensions["settings"]
    return settings


def draw_jpeg(number: int = 0, size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a photo that differs from those of other numbers."""
    file = io.BytesIO()
    colour = (number * 37 % 256, number * 91 % 256, number * 53 % 256)
    Image.new("RGB", size, colour).save(file, "JPEG", comment=f"photo {number}".encode())
    return file.getvalue()


def create_item(
    session: Session, project: Project, content: bytes | None = None, name: str = "photo.jpg", **changes: Any
) -> EvidenceItem:
    """Store a file as evidence and return its item; in the inbox unless `changes` name an activity."""
    settings = get_settings(session)
    path = settings.instance / "a file"
    path.write_bytes(draw_jpeg() if content is None else content)
    added = add_file(session, Storage.from_settings(settings), path, FileSource(project.id, name), NOON)
    path.unlink()
    for field, value in changes.items():
        setattr(added.item, field, value)
    session.flush()
    return added.item


def begin_upload(session: Session, project: Project, size: int, name: str = "photo.jpg", **more: Any) -> Upload:
    """Create an upload, and return its row detached, as the code of requests uses it."""
    upload = create_upload(session, FileSource(project.id, name, **more), size, NOON)
    session.flush()
    session.expunge(upload)
    session.commit()
    return upload


def find_activity(project: Project, code: str) -> Activity:
    """Return an activity of the plan by its code."""
    return next(activity for activity in project.activities if activity.code == code)


def list_files_on_the_way(settings: Settings) -> list[Path]:
    """Return the files of uploads that are not complete."""
    return sorted((settings.instance / "uploads").glob("*")) if (settings.instance / "uploads").is_dir() else []
