"""A copy of a photo or video without where, by what and by whom it was taken. Pixels and frames are never changed."""

import shutil
import struct
import zlib
from pathlib import Path

from trainer.evidence.models import Cleaning
from trainer.evidence.processing.iso_media import BoxesDamaged, clean_heif, clean_movie
from trainer.evidence.processing.previews import MAX_PICTURE_BYTES
from trainer.web.pictures.exif import ImageDamaged, clean_exif, remove_location

IN_MEMORY = ("image/jpeg", "image/png", "image/webp")
BY_BOXES = {
    "image/heic": clean_heif,
    "video/mp4": clean_movie,
    "video/quicktime": clean_movie,
    "audio/mp4": clean_movie,
}
EXIF_FLAG, XMP_FLAG = 0b1000, 0b100  # RFC 9649, 2.7: of the VP8X chunk


def write_cleaned_copy(source: Path, target: Path, media_type: str) -> Cleaning:
    """Write a copy without private data, if the file has any, and return what became of it."""
    if media_type in IN_MEMORY:
        return clean_in_memory(source, target, media_type)
    if media_type in BY_BOXES:
        return clean_boxes(source, target, media_type)
    return Cleaning.IMPOSSIBLE if media_type == "video/webm" else Cleaning.NOT_NEEDED


def clean_in_memory(source: Path, target: Path, media_type: str) -> Cleaning:
    """Write the parts of a JPEG, PNG or WebP that make up its picture."""
    if source.stat().st_size > MAX_PICTURE_BYTES:
        return Cleaning.IMPOSSIBLE
    content = source.read_bytes()
    try:
        cleaned = clean_webp(content) if media_type == "image/webp" else remove_location(content)
    except (ImageDamaged, zlib.error):
        return Cleaning.IMPOSSIBLE
    if cleaned == content:
        return Cleaning.NOT_NEEDED
    target.write_bytes(cleaned)
    return Cleaning.CLEANED


def clean_boxes(source: Path, target: Path, media_type: str) -> Cleaning:
    """Copy a HEIC, MP4 or MOV, and blank its private data in the copy."""
    shutil.copyfile(source, target)
    try:
        with target.open("r+b") as file:
            count = BY_BOXES[media_type](file)
    except BoxesDamaged:
        target.unlink()
        return Cleaning.IMPOSSIBLE
    if count:
        return Cleaning.CLEANED
    target.unlink()
    return Cleaning.NOT_NEEDED


def clean_webp(content: bytes) -> bytes:
    """Return a WebP with its Exif data reduced to orientation and dates, and without XMP. Raises ImageDamaged."""
    chunks, position = [], 12
    end = min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    try:
        while position < end:
            kind, size = struct.unpack_from("<4sI", content, position)
            body = content[position + 8 : position + 8 + size]
            if len(body) != size:
                raise ImageDamaged
            chunks.append((kind, body))
            position += 8 + size + size % 2
    except struct.error as error:
        raise ImageDamaged from error
    if not {kind for kind, _body in chunks} & {b"EXIF", b"XMP "}:
        return content
    exif = b"".join(
        clean_exif(b"Exif\0\0" + body.removeprefix(b"Exif\0\0")) for kind, body in chunks if kind == b"EXIF"
    )
    exif = exif.removeprefix(b"Exif\0\0")
    parts = []
    for kind, body in chunks:
        if kind == b"VP8X":
            flags = body[0] & ~(XMP_FLAG | EXIF_FLAG) | (EXIF_FLAG if exif else 0)
            parts.append((kind, bytes([flags]) + body[1:]))
        elif kind not in (b"EXIF", b"XMP "):
            parts.append((kind, body))
    if exif:
        parts.append((b"EXIF", exif))
    joined = b"".join(struct.pack("<4sI", kind, len(body)) + body + bytes(len(body) % 2) for kind, body in parts)
    return struct.pack("<4sI4s", b"RIFF", len(joined) + 4, b"WEBP") + joined
