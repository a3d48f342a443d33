"""The length and the date of videos and recordings that are no MP4: WebM, WAVE and FLAC.

Formats: RFC 9559 (Matroska, of which WebM is a part), RIFF WAVE, RFC 9639 (FLAC).
"""

import struct
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from trainer.evidence.processing.iso_media import BoxesDamaged, MediaFacts

SEGMENT, INFO, SCALE, DURATION, DATE = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489, 0x4461
SEARCHED_BYTES = 1024 * 1024  # of a WebM, at whose beginning its information stands
FIRST_MATROSKA_MOMENT = datetime(2001, 1, 1, tzinfo=UTC)
UNKNOWN_SIZES = {(1 << 7 * width) - 1: width for width in range(1, 9)}


def read_recording_facts(file: BinaryIO, media_type: str) -> MediaFacts:
    """Return what the header of a WebM, WAVE or FLAC file tells; nothing for other types. Raises BoxesDamaged."""
    head = file.read(SEARCHED_BYTES)
    try:
        if media_type == "video/webm":
            return read_webm(head)
        if media_type == "audio/wav":
            return MediaFacts(read_wave_length(head))
        if media_type == "audio/flac":
            return MediaFacts(read_flac_length(head))
    except (struct.error, IndexError) as error:
        raise BoxesDamaged(media_type) from error
    return MediaFacts()


def read_number(content: bytes, position: int, keeps_marker: bool) -> tuple[int, int]:
    """Return a number of variable length of Matroska and where it ends. Raises BoxesDamaged."""
    width = 9 - content[position].bit_length()
    if width > 8:
        raise BoxesDamaged("number")
    number = int.from_bytes(content[position : position + width])
    return number if keeps_marker else number & ((1 << 7 * width) - 1), position + width


def list_elements(content: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    """Return kind, beginning and end of the elements between two offsets, as far as they are there."""
    elements, position = [], start
    while position < min(end, len(content) - 1):
        kind, after = read_number(content, position, keeps_marker=True)
        size, inner = read_number(content, after, keeps_marker=False)
        is_unknown = UNKNOWN_SIZES.get(size) == inner - after
        last = end if is_unknown else inner + size
        elements.append((kind, inner, last))
        position = last
    return elements


def read_webm(head: bytes) -> MediaFacts:
    """Return length and date of a WebM by its information element."""
    scale, duration, created_at = 1_000_000, None, None
    for kind, inner, end in list_elements(head, 0, len(head)):
        sections = list_elements(head, inner, min(end, len(head))) if kind == SEGMENT else []
        for section, begin, stop in sections:
            for name, first, last in list_elements(head, begin, stop) if section == INFO else []:
                value = head[first:last]
                if name == SCALE:
                    scale = int.from_bytes(value)
                elif name == DURATION:
                    duration = struct.unpack(">d" if len(value) == 8 else ">f", value)[0]
                elif name == DATE and len(value) == 8:
                    created_at = FIRST_MATROSKA_MOMENT + timedelta(microseconds=struct.unpack(">q", value)[0] // 1000)
    return MediaFacts(duration * scale / 1e9 if duration is not None else None, created_at)


def read_wave_length(head: bytes) -> float | None:
    """Return the length of a WAVE file in seconds."""
    position, rate = 12, 0
    while position + 8 <= len(head):
        kind, size = struct.unpack_from("<4sI", head, position)
        if kind == b"fmt ":
            rate = struct.unpack_from("<I", head, position + 16)[0]
        elif kind == b"data":
            return size / rate if rate else None
        position += 8 + size + size % 2
    return None


def read_flac_length(head: bytes) -> float | None:
    """Return the length of a FLAC file in seconds."""
    packed = int.from_bytes(head[18:26])  # rate (20 bits), channels (3), bits per sample (5), samples (36)
    rate, samples = packed >> 44, packed & (1 << 36) - 1
    return samples / rate if rate and samples else None
