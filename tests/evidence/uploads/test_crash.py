"""A server that is killed at any step of completing an upload loses nothing and doubles nothing."""

import io
import os
import subprocess
import sys
import textwrap

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.evidence.factories import begin_upload, draw_jpeg, get_settings, list_files_on_the_way
from tests.factories import NOON
from trainer.evidence.models import EvidenceItem, Upload
from trainer.evidence.uploads.receiving import append_part, complete_upload, get_offset
from trainer.projects.models import Project
from trainer.storage import Storage

STEPS = [
    "os.link",  # nothing is stored yet
    "pathlib.Path.replace",  # just before the file gets its name in the storage
    "trainer.evidence.items.find_item",  # stored, and no row
    "trainer.evidence.uploads.receiving.update",  # a row that is not committed
    "trainer.evidence.uploads.receiving.discard_upload",  # committed, and the upload's file is still there
]
PROGRAM = """
    import os, signal, sys, uuid
    from pkgutil import resolve_name
    from trainer import create_app
    from trainer.clock import now
    from trainer.extensions import db
    from trainer.evidence.models import Upload
    from trainer.evidence.uploads.receiving import complete_upload
    from trainer.storage import Storage

    app = create_app()
    with app.app_context():
        upload = db.session.get(Upload, uuid.UUID(sys.argv[1]))
        db.session.expunge(upload)
        db.session.rollback()
        place, _dot, name = sys.argv[2].rpartition(".")
        setattr(resolve_name(place), name, lambda *_arguments, **_more: os.kill(os.getpid(), signal.SIGKILL))
        settings = app.extensions["settings"]
        complete_upload(db.session(), settings, Storage.from_settings(settings), upload, now())
"""


def complete_and_die(session: Session, upload: Upload, step: str) -> int:
    """Complete an upload in a process that is killed at a step, and return how the process ended."""
    settings = get_settings(session)
    environment = {**os.environ, "INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url}
    program = [sys.executable, "-c", textwrap.dedent(PROGRAM), str(upload.id), step]
    return subprocess.run(program, env=environment, check=False).returncode


@pytest.mark.parametrize("step", STEPS)
def test_an_upload_whose_server_is_killed_can_be_completed(session: Session, project: Project, step: str) -> None:
    content, settings = draw_jpeg(), get_settings(session)
    storage = Storage.from_settings(settings)
    upload = begin_upload(session, project, len(content))
    append_part(settings, upload, 0, io.BytesIO(content))
    assert complete_and_die(session, upload, step) == -9
    stored = session.get_one(Upload, upload.id)
    assert get_offset(settings, stored) == len(content), "what was acknowledged is still there"
    session.expunge(stored)
    session.rollback()
    added = complete_upload(session, settings, storage, stored, NOON)
    assert added is not None
    assert storage.load_content(added.item.sha256) == content
    assert session.scalar(select(func.count(EvidenceItem.id))) == 1
    assert session.get_one(Upload, upload.id).item_id == added.item.id
    assert list_files_on_the_way(settings) == []
