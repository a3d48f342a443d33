"""The worker makes previews outside of requests; whatever happens to it, nothing is lost and nothing is done twice."""

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.evidence.factories import create_item, draw_jpeg, get_settings
from tests.evidence.processing.samples import MAKER, make_photo, make_video
from tests.factories import NOON
from tests.visitor import Visitor
from trainer.evidence.models import Cleaning, EvidenceItem, Processing, TakenSource
from trainer.evidence.processing.job import MAX_ATTEMPTS, parse_taken, process_file, process_files, remove_old_copies
from trainer.evidence.processing.supervision import Worker
from trainer.projects.models import Project
from trainer.storage import Storage

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
ALMATY = ZoneInfo("Asia/Almaty")


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Yield a worker that is ended after the test."""
    with Worker() as worker:
        yield worker


def run_job(app: Flask, session: Session) -> None:
    """Run the job once over everything that waits."""
    session.commit()
    with app.app_context():
        process_files(session, Event())


def load_item(session: Session, item: EvidenceItem) -> EvidenceItem:
    """Return an item as it is stored now."""
    session.expire_all()
    return session.get_one(EvidenceItem, item.id)


def test_a_photo_gets_its_pictures_its_date_and_a_copy_without_the_place(
    app: Flask, organizer: Visitor, session: Session, project: Project
) -> None:
    item = create_item(session, project, make_photo("image/heic", 6), "IMG_0001.HEIC")
    video = create_item(session, project, make_video(65), "a.mp4")
    table = create_item(session, project, b"a;b\n", "a.csv")
    run_job(app, session)
    item = load_item(session, item)
    storage = Storage.from_settings(get_settings(session))
    assert item.processing == Processing.DONE
    assert (item.width, item.height, item.taken_source) == (64, 48, TakenSource.FILE)
    assert item.taken_at is not None
    assert item.taken_at.astimezone(project.zone).strftime("%d.%m.%Y %H:%M:%S") == "02.06.2025 10:11:12"
    assert item.cleaning == Cleaning.CLEANED
    cleaned = storage.load_content(item.cleaned_sha256)
    assert MAKER.encode() not in cleaned
    assert len(cleaned) == item.cleaned_size
    assert MAKER.encode() in storage.load_content(item.sha256), "the original is kept unchanged"
    assert (load_item(session, video).seconds, video.processing) == (65, Processing.DONE)
    assert load_item(session, table).processing == Processing.DONE
    for name in ("thumbnail", "picture"):
        answer = organizer.client.get(f"/desk/evidence/items/{item.id}/{name}")
        assert answer.mimetype == "image/jpeg"
    assert "1:05" in organizer.get(f"/desk/evidence/items/{video.id}").text


def test_what_cannot_be_opened_is_said_and_kept(
    app: Flask, organizer: Visitor, session: Session, project: Project
) -> None:
    item = create_item(session, project, make_photo("image/heic")[:-300], "IMG_0001.HEIC")
    run_job(app, session)
    item = load_item(session, item)
    assert (item.processing, item.processing_error) == (Processing.FAILED, "damaged")
    assert "The file is damaged" in organizer.get(f"/desk/evidence/items/{item.id}?lang=en").text
    assert Storage.from_settings(get_settings(session)).has_content(item.sha256)


def test_a_date_that_a_person_entered_stays(app: Flask, session: Session, project: Project) -> None:
    item = create_item(session, project, make_photo("image/jpeg"), taken_at=NOON, taken_source=TakenSource.ENTERED)
    run_job(app, session)
    assert load_item(session, item).taken_at == NOON


@pytest.mark.parametrize("text", ["", "1970-01-01T00:00:00", "2035-01-01T00:00:00", "9999-12-31T23:59:59", "x"])
def test_a_date_that_cannot_be_true_is_not_believed(text: str) -> None:
    assert parse_taken(text, ALMATY, NOON) is None


def test_a_killed_worker_is_started_again_and_nothing_is_lost(
    app: Flask, session: Session, project: Project, worker: Worker
) -> None:
    items = [create_item(session, project, draw_jpeg(number), f"{number}.jpg") for number in range(3)]
    session.commit()
    settings = get_settings(session)
    process_file(session, settings, worker, items[0].id)
    os.kill(worker.start().pid, signal.SIGKILL)
    worker.start().wait()
    run_job(app, session)
    statuses = session.scalars(select(EvidenceItem.processing)).all()
    assert statuses == [Processing.DONE] * 3
    assert list(settings.instance.glob("work/*")) == []


def test_copies_of_a_server_that_was_killed_are_removed_after_a_day(tmp_path: Path) -> None:
    for name, age in (("old", timedelta(days=2)), ("new", timedelta(hours=1))):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, ((NOON - age).timestamp(),) * 2)
    remove_old_copies(tmp_path, NOON)
    assert [folder.name for folder in tmp_path.iterdir()] == ["new"]


def test_a_file_that_kills_the_worker_is_given_up_after_some_attempts(session: Session, project: Project) -> None:
    item = create_item(session, project)
    session.commit()
    for attempt in range(MAX_ATTEMPTS):
        assert load_item(session, item).processing == Processing.WAITING, f"attempt {attempt}"
        process_file(session, get_settings(session), DyingWorker(), item.id)
    item = load_item(session, item)
    assert (item.processing, item.processing_error, item.attempts) == (Processing.FAILED, "crashed", MAX_ATTEMPTS)


class DyingWorker(Worker):
    """A worker whose process is killed as soon as it has a file."""

    def start(self) -> subprocess.Popen[bytes]:
        """Return a process that ends at once."""
        process = super().start()
        os.kill(process.pid, signal.SIGKILL)
        return process


def test_a_file_that_takes_too_long_is_given_up_at_once(session: Session, project: Project) -> None:
    item = create_item(session, project)
    session.commit()
    with Worker(answer_seconds=-60) as worker:
        process_file(session, get_settings(session), worker, item.id)
        assert worker.process is None
    assert load_item(session, item).processing_error == "too_slow"


def test_two_servers_that_open_the_same_file_store_it_once(session: Session, project: Project, worker: Worker) -> None:
    item = create_item(session, project, make_photo("image/jpeg"))
    session.commit()
    settings = get_settings(session)
    process_file(session, settings, worker, item.id)
    first = load_item(session, item).thumbnail_sha256
    count = len(Storage.from_settings(settings).list_hashes())
    item.processing = Processing.WAITING  # as the other server saw it
    session.commit()
    process_file(session, settings, worker, item.id)
    assert load_item(session, item).thumbnail_sha256 == first
    assert len(Storage.from_settings(settings).list_hashes()) == count
