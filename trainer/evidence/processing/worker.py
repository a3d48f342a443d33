"""The process that opens files: it reads a request a line on its input and writes an answer a line on its output.

Files of strangers are opened here and nowhere else, so that one that takes too much memory or time, or makes a library
crash, ends this process alone. `supervision.py` starts it, waits for its answers, and ends it.
"""

import json
import resource
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from trainer.evidence.models import MediaKind
from trainer.evidence.processing.iso_media import BoxesDamaged, MediaFacts, read_movie_facts
from trainer.evidence.processing.previews import Pictures, make_pdf_pictures, make_photo_pictures
from trainer.evidence.processing.private_data import write_cleaned_copy
from trainer.evidence.processing.recordings import read_recording_facts
from trainer.web.pictures.decoding import ImageTooLarge, ImageUnreadable

MAX_MEMORY_BYTES = 3 * 1024**3  # of addresses, of which the libraries take a third
MAX_FILE_BYTES = 3 * 1024**3
THUMBNAIL_NAME, PREVIEW_NAME, CLEANED_NAME = "thumbnail.jpg", "preview.jpg", "cleaned"
BY_BOXES = ("video/mp4", "video/quicktime", "audio/mp4")


@dataclass
class Findings:
    """What was found out about a file; files that were written have the names above."""

    error: str = ""
    """A key of `trainer.evidence.wording.PROCESSING_ERRORS`."""
    cleaning: str = ""
    width: int | None = None
    height: int | None = None
    difference_hash: int | None = None
    seconds: float | None = None
    taken: str = ""
    """Date and time in ISO 8601; without an offset from UTC it is local."""
    has_pictures: bool = False


def examine_file(source: Path, folder: Path, media_kind: str, media_type: str) -> Findings:
    """Write the pictures and the cleaned copy of a file into a folder, and return what was found out about it."""
    findings = Findings(cleaning=write_cleaned_copy(source, folder / CLEANED_NAME, media_type))
    try:
        if media_kind == MediaKind.PHOTO:
            store_pictures(findings, make_photo_pictures(source, media_type), folder)
        elif media_kind == MediaKind.PDF:
            store_pictures(findings, make_pdf_pictures(source), folder)
        elif media_kind in (MediaKind.VIDEO, MediaKind.AUDIO):
            store_facts(findings, read_facts(source, media_type))
    except ImageTooLarge:
        findings.error = "too_large"
    except (ImageUnreadable, BoxesDamaged):
        findings.error = "damaged"
    return findings


def read_facts(source: Path, media_type: str) -> MediaFacts:
    """Return what the header of a video or recording tells. Raises BoxesDamaged."""
    with source.open("rb") as file:
        return read_movie_facts(file) if media_type in BY_BOXES else read_recording_facts(file, media_type)


def store_pictures(findings: Findings, pictures: Pictures, folder: Path) -> None:
    """Write the pictures of a file, and note what was found out."""
    (folder / THUMBNAIL_NAME).write_bytes(pictures.thumbnail)
    (folder / PREVIEW_NAME).write_bytes(pictures.preview)
    findings.has_pictures = True
    findings.width, findings.height, findings.taken = pictures.width, pictures.height, pictures.taken
    findings.difference_hash = pictures.difference_hash


def store_facts(findings: Findings, facts: MediaFacts) -> None:
    """Note what the header of a video or recording tells."""
    findings.seconds = facts.seconds
    findings.taken = facts.created_at.isoformat() if isinstance(facts.created_at, datetime) else ""


def answer_requests() -> None:
    """Answer requests until the input ends."""
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        try:
            findings = examine_file(
                Path(request["source"]), Path(request["folder"]), request["media_kind"], request["media_type"]
            )
        except MemoryError:
            findings = Findings(error="too_large", cleaning="impossible")
        sys.stdout.write(json.dumps(asdict(findings)) + "\n")
        sys.stdout.flush()


def limit_resources() -> None:
    """Limit what this process may take: memory, the size of files that it writes, and no traces of a crash on the disk."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit_resources()
    answer_requests()
