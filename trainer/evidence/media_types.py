"""The type of a file by its content. What a file is called, and what a browser says it is, decides nothing.

Signatures: ITU-T T.81 (JPEG), ISO/IEC 15948 (PNG), RFC 9649 (WebP), ISO/IEC 14496-12 (the `ftyp` box of MP4, MOV and HEIC),
RFC 8794 (EBML of WebM), ISO 32000-2 (PDF), ECMA-376 part 2 (packages of Office).
"""

import zipfile
from pathlib import Path
from typing import NamedTuple

from trainer.evidence.models import EvidenceKind, MediaKind

HEAD_BYTES = 4096
OTHER_TYPE = "application/octet-stream"
HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
QUICKTIME_BRAND = b"qt  "
EBML_SIGNATURE = b"\x1a\x45\xdf\xa3"
ZIP_SIGNATURE = b"PK\x03\x04"
PDF_SEARCH_BYTES = 1024
"""Readers look for the beginning of a PDF in the first 1024 bytes (ISO 32000-2, annex I)."""
MAX_PACKAGE_ENTRIES = 100_000
PACKAGE_DAMAGES = (
    zipfile.BadZipFile,
    NotImplementedError,  # a version of ZIP that does not exist
    ValueError,  # names in an encoding that they are not in
)
OFFICE_TYPES = {
    "word/": ("word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/": ("excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ppt/": ("powerpoint", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}


class MediaType(NamedTuple):
    """What a file is, and the media type under which it is served."""

    kind: MediaKind
    name: str


OTHER = MediaType(MediaKind.OTHER, OTHER_TYPE)
SIGNATURES = (
    (0, b"\xff\xd8\xff", MediaType(MediaKind.PHOTO, "image/jpeg")),
    (0, b"\x89PNG\r\n\x1a\n", MediaType(MediaKind.PHOTO, "image/png")),
    (0, b"ID3", MediaType(MediaKind.AUDIO, "audio/mpeg")),
    (0, b"OggS", MediaType(MediaKind.AUDIO, "audio/ogg")),
    (0, b"fLaC", MediaType(MediaKind.AUDIO, "audio/flac")),
    (0, b"#!AMR", MediaType(MediaKind.AUDIO, "audio/amr")),
)
FIRST_KINDS = {
    MediaKind.PHOTO: EvidenceKind.PHOTO,
    MediaKind.VIDEO: EvidenceKind.VIDEO,
    MediaKind.AUDIO: EvidenceKind.AUDIO,
}


def recognise_file(path: Path) -> MediaType:
    """Return what a file is by its content; OTHER for everything that is not one of the types we take."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(ZIP_SIGNATURE):
        return recognise_package(path)
    return recognise_head(head)


def recognise_head(head: bytes) -> MediaType:
    """Return what a file is by its first HEAD_BYTES bytes; packages of Office are OTHER here."""
    for offset, signature, media_type in SIGNATURES:
        if head.startswith(signature, offset):
            return media_type
    if head[:4] == b"RIFF":
        return recognise_riff(head)
    if head[4:8] == b"ftyp":
        return recognise_ftyp(head)
    if head.startswith(EBML_SIGNATURE) and b"webm" in head[:64]:
        return MediaType(MediaKind.VIDEO, "video/webm")
    if b"%PDF-" in head[:PDF_SEARCH_BYTES]:
        return MediaType(MediaKind.PDF, "application/pdf")
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:  # the sync word of MPEG audio, layer III
        return MediaType(MediaKind.AUDIO, "audio/mpeg")
    return OTHER


def recognise_riff(head: bytes) -> MediaType:
    """Return what a RIFF file is: WebP or WAVE."""
    if head[8:12] == b"WEBP":
        return MediaType(MediaKind.PHOTO, "image/webp")
    if head[8:12] == b"WAVE":
        return MediaType(MediaKind.AUDIO, "audio/wav")
    return OTHER


def recognise_ftyp(head: bytes) -> MediaType:
    """Return what a file with an `ftyp` box is, by its major brand and then by the compatible ones."""
    size = min(int.from_bytes(head[:4]), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size, 4))]
    if brands[0] in AUDIO_BRANDS:
        return MediaType(MediaKind.AUDIO, "audio/mp4")
    if brands[0] in HEIF_BRANDS:
        return MediaType(MediaKind.PHOTO, "image/heic")
    if brands[0] == QUICKTIME_BRAND:
        return MediaType(MediaKind.VIDEO, "video/quicktime")
    if b"avif" in brands:  # which we can't show
        return OTHER
    return MediaType(MediaKind.VIDEO, "video/mp4")


def recognise_package(path: Path) -> MediaType:
    """Return which Office document a ZIP file is, by the names of its entries; nothing is unpacked.

    A damaged package is OTHER. Raises OSError if the file can't be read: that says nothing about what it is.
    """
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
    except PACKAGE_DAMAGES:
        return OTHER
    if "[Content_Types].xml" not in names or len(names) > MAX_PACKAGE_ENTRIES:
        return OTHER
    for folder, (kind, name) in OFFICE_TYPES.items():
        if any(entry.startswith(folder) for entry in names):
            return MediaType(MediaKind(kind), name)
    return OTHER


def propose_kind(media_kind: MediaKind) -> EvidenceKind:
    """Return what a file is as evidence as long as nobody has said more."""
    return FIRST_KINDS.get(media_kind, EvidenceKind.DOCUMENT)
