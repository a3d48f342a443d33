"""Pictures of photos of 12 megapixels on one core: the job with its worker, beside bare Pillow that makes the same two.

The job also takes the photo from the storage, looks for private data, and writes what it found into the database.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import NamedTuple

from flask import Flask
from sqlalchemy import func, select

from tests import databases
from tests.bench.evidence.photos import draw_photo
from tests.bench.figures import Figure, format_table
from tests.bench.verification import open_instance
from tests.factories import create_project
from trainer import create_app
from trainer.clock import now
from trainer.evidence.items import FileSource, add_file
from trainer.evidence.models import EvidenceItem, Processing
from trainer.evidence.processing.job import process_files
from trainer.evidence.processing.previews import PREVIEW_SIDE, QUALITY, THUMBNAIL_SIDE
from trainer.extensions import db
from trainer.storage import Storage

PHOTOS, DIFFERENT = 500, 10
GOAL = 0.8  # of bare Pillow's photos a second


class Rate(NamedTuple):
    """Photos a second by the clock, and a second of processor time, that of processes which have ended included."""

    clock: float
    processor: float


def measure_figures(photos: int = PHOTOS) -> Iterator[Figure]:
    """Make pictures of photos by the job between two pieces of bare work, and yield how fast it is on each database."""
    with tempfile.TemporaryDirectory() as name, use_one_core():
        folder = Path(name)
        paths = write_photos(folder / "photos", photos)
        first, second = paths[: photos // 2], paths[photos // 2 :]
        for database in ("sqlite", "postgresql"):
            before = measure_rate(lambda: make_all_pictures(first, PREVIEW_SIDE, THUMBNAIL_SIDE), len(first))
            with open_instance(database, folder / f"{database}-thumbnails") as settings:
                app = create_app(settings)
                job = process_photos(app, paths)
                databases.close_connections(app)
            after = measure_rate(lambda: make_all_pictures(second, PREVIEW_SIDE, THUMBNAIL_SIDE), len(second))
            alone = measure_rate(lambda: make_all_pictures(first, THUMBNAIL_SIDE), len(first))
            bare = Rate(*(sum(pair) / 2 for pair in zip(before, after, strict=True)))
            rates = {"pillow": bare, "job": job, "pillow, thumbnails alone": alone}
            rows = [(name, f"{rate.clock:.1f}", f"{rate.processor:.1f}") for name, rate in rates.items()]
            heads = (f"photos of 12 megapixels, {database}", "a second", "a second of processor time")
            print(format_table(heads, rows))
            yield Figure(f"evidence-{database}-thumbnails", job.clock / bare.clock, GOAL)


def measure_rate(work: Callable[[], object], count: int) -> Rate:
    """Do some work on so many photos and return how fast it was."""
    clock, processor = time.perf_counter(), sum(os.times()[:4])
    work()
    return Rate(count / (time.perf_counter() - clock), count / (sum(os.times()[:4]) - processor))


@contextmanager
def use_one_core() -> Iterator[None]:
    """Keep this process, and those that it starts, on one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def write_photos(folder: Path, count: int) -> list[Path]:
    """Write photos that differ in a few bytes at least, and return their paths."""
    folder.mkdir()
    drawn, paths = [draw_photo(number) for number in range(min(count, DIFFERENT))], []
    for number in range(count):
        path = folder / f"{number}.jpg"
        path.write_bytes(drawn[number % len(drawn)] + str(number).encode())  # what comes after the end is ignored
        paths.append(path)
    return paths


def process_photos(app: Flask, paths: list[Path]) -> Rate:
    """Store photos as evidence and run the job; return how fast it was. Raises RuntimeError if one has no pictures."""
    storage = Storage.from_settings(app.extensions["settings"])
    with app.app_context():
        project = create_project(db.session())
        for path in paths:
            add_file(db.session(), storage, path, FileSource(project.id, path.name), now())
        db.session.commit()
        rate = measure_rate(lambda: process_files(db.session(), Event()), len(paths))
        query = select(func.count(EvidenceItem.id)).where(
            EvidenceItem.processing == Processing.DONE, EvidenceItem.thumbnail_sha256 != ""
        )
        if (done := db.session.scalar(query)) != len(paths):
            raise RuntimeError(f"{done} photos of {len(paths)} have pictures")
    return rate


def make_all_pictures(paths: list[Path], *sides: int) -> None:
    """Make pictures of photos as Pillow's documentation shows it."""
    from PIL import Image

    for path in paths:
        with Image.open(path) as picture:
            picture.draft("RGB", (sides[0], sides[0]))
            for side in sides:
                picture.thumbnail((side, side))
                picture.save(path.with_suffix(f".{side}"), "JPEG", quality=QUALITY)
