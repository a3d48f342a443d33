"""Boxes of MP4, MOV and HEIC files (ISO/IEC 14496-12, 23008-12): length, date, and removal of location and device data.

Nothing is moved: a box of private data becomes a box that readers skip, of the same size, and Exif data inside a HEIC file
becomes empty Exif data. So pictures and frames stay byte for byte what and where they were.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"iprp"})
PRIVATE_BOXES = frozenset({b"udta", b"uuid", b"\xa9xyz", b"loci", b"XMP_"})
MAX_BOXES = 100_000
MAX_DEPTH = 8
MAX_READ_BYTES = 64 * 1024**2  # of a box that is read as a whole
FIRST_MOMENT = datetime(1904, 1, 1, tzinfo=UTC)  # from which times are counted
EMPTY_EXIF = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"  # the offset of its header, the header, a directory without entries
PRIVATE_ITEMS = (b"Exif", b"mime")
METADATA_HANDLER = b"meta"


class BoxesDamaged(Exception):
    """The boxes do not fit into each other, or the file ends in the middle of one."""


@dataclass(frozen=True)
class Box:
    """A box of a file: its kind, where it begins, where its content begins, and where it ends."""

    kind: bytes
    start: int
    content: int
    end: int


@dataclass(frozen=True)
class MediaFacts:
    """What the header of a video or recording tells; None for what it does not."""

    seconds: float | None = None
    created_at: datetime | None = None
    width: int | None = None
    height: int | None = None


def list_boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two offsets. Raises BoxesDamaged."""
    position = start
    for _number in range(MAX_BOXES):
        if position + 8 > end:
            return
        file.seek(position)
        size, kind = struct.unpack(">I4s", read_exactly(file, 8))
        header = 8
        if size == 1:
            size, header = struct.unpack(">Q", read_exactly(file, 8))[0], 16
        elif size == 0:  # to the end of the file
            size = end - position
        if size < header or position + size > end:
            raise BoxesDamaged(kind)
        yield Box(kind, position, position + header, position + size)
        position += size
    raise BoxesDamaged("too many")


def read_exactly(file: BinaryIO, size: int) -> bytes:
    """Return the next bytes. Raises BoxesDamaged if the file ends before."""
    content = file.read(size)
    if len(content) != size:
        raise BoxesDamaged("end of file")
    return content


def read_content(file: BinaryIO, box: Box) -> bytes:
    """Return the content of a box. Raises BoxesDamaged for one that is too large to be what it says."""
    if box.end - box.content > MAX_READ_BYTES:
        raise BoxesDamaged(box.kind)
    file.seek(box.content)
    return read_exactly(file, box.end - box.content)


def get_file_end(file: BinaryIO) -> int:
    """Return the size of an open file."""
    return file.seek(0, 2)


def find_box(file: BinaryIO, start: int, end: int, kind: bytes) -> Box | None:
    """Return the first box of a kind between two offsets."""
    return next((box for box in list_boxes(file, start, end) if box.kind == kind), None)


def read_movie_facts(file: BinaryIO) -> MediaFacts:
    """Return what the header of an MP4 or MOV tells. Raises BoxesDamaged, also if it has no `moov` box: it can't be played."""
    movie = find_box(file, 0, get_file_end(file), b"moov")
    header = movie and find_box(file, movie.content, movie.end, b"mvhd")
    if header is None:
        raise BoxesDamaged("moov")
    content = read_content(file, header)
    try:
        layout = ">4xQQIQ" if content[0] else ">4xIIII"
        created, _modified, scale, duration = struct.unpack_from(layout, content)
    except (struct.error, IndexError) as error:
        raise BoxesDamaged("mvhd") from error
    seconds = duration / scale if scale and duration not in (2**32 - 1, 2**64 - 1) else None
    return MediaFacts(seconds, parse_creation(created))


def parse_creation(seconds: int) -> datetime | None:
    """Return the moment of a count of seconds since 1904, or None for what no camera means."""
    try:
        return FIRST_MOMENT + timedelta(seconds=seconds) if seconds else None
    except OverflowError:
        return None


def clean_movie(file: BinaryIO) -> int:
    """Remove location and device data from an MP4 or MOV that is open for changes; return how many boxes it had of them.

    Raises BoxesDamaged.
    """
    return sum(blank_box(file, box) for box in [*list_private_boxes(file, 0, get_file_end(file), 0)])


def list_private_boxes(file: BinaryIO, start: int, end: int, depth: int) -> Iterator[Box]:
    """Yield the boxes of private data between two offsets: user data, tags, and tracks of timed metadata."""
    for box in list_boxes(file, start, end):
        if (
            box.kind in PRIVATE_BOXES
            or (box.kind == b"meta" and depth)
            or (box.kind == b"trak" and is_metadata_track(file, box))
        ):
            yield box
        elif box.kind in CONTAINERS and depth < MAX_DEPTH:
            yield from list_private_boxes(file, box.content, box.end, depth + 1)


def is_metadata_track(file: BinaryIO, track: Box) -> bool:
    """Return whether a track holds no frames, but data about them, such as where the camera was."""
    media = find_box(file, track.content, track.end, b"mdia")
    handler = media and find_box(file, media.content, media.end, b"hdlr")
    return handler is not None and read_content(file, handler)[8:12] == METADATA_HANDLER


def blank_box(file: BinaryIO, box: Box) -> int:
    """Make a box one that readers skip, with nothing in it; return 1."""
    if box.kind == b"trak":
        blank_samples(file, box)
    file.seek(box.start + 4)
    file.write(b"free")
    fill(file, box.content, box.end - box.content)
    return 1


def fill(file: BinaryIO, start: int, size: int) -> None:
    """Write zeros from an offset on."""
    file.seek(start)
    while size > 0:
        part = min(size, 1024 * 1024)
        file.write(bytes(part))
        size -= part


def blank_samples(file: BinaryIO, track: Box) -> None:
    """Write zeros over the samples of a track, which lie among those of the others. Raises BoxesDamaged."""
    table = track
    for kind in (b"mdia", b"minf", b"stbl"):
        inner = find_box(file, table.content, table.end, kind)
        if inner is None:
            return
        table = inner
    boxes = {box.kind: read_content(file, box) for box in list_boxes(file, table.content, table.end)}
    end = get_file_end(file)
    try:
        for offset, size in list_chunks(boxes):
            if offset + size > end:
                raise BoxesDamaged("stco")
            fill(file, offset, size)
    except (struct.error, KeyError, IndexError) as error:
        raise BoxesDamaged("stbl") from error


def list_chunks(boxes: dict[bytes, bytes]) -> list[tuple[int, int]]:
    """Return offset and size of each chunk of a track, by its tables (ISO/IEC 14496-12, 8.7)."""
    wide = b"co64" in boxes
    table = boxes[b"co64"] if wide else boxes[b"stco"]
    count = struct.unpack_from(">I", table, 4)[0]
    offsets = struct.unpack_from(f">{count}{'Q' if wide else 'I'}", table, 8)
    same_size, samples = struct.unpack_from(">II", boxes[b"stsz"], 4)
    sizes = () if same_size else struct.unpack_from(f">{samples}I", boxes[b"stsz"], 12)
    runs = [
        struct.unpack_from(">II", boxes[b"stsc"], 8 + 12 * number)
        for number in range(struct.unpack_from(">I", boxes[b"stsc"], 4)[0])
    ]
    chunks, sample, run = [], 0, 0
    for number, offset in enumerate(offsets, start=1):
        while run + 1 < len(runs) and runs[run + 1][0] <= number:
            run += 1
        last = min(sample + runs[run][1], samples)  # a damaged file may name billions
        chunks.append((offset, same_size * (last - sample) if same_size else sum(sizes[sample:last])))
        sample = last
    return chunks


def has_transform(file: BinaryIO) -> bool:
    """Return whether a HEIC file says by itself how its picture is turned or mirrored. Raises BoxesDamaged."""
    meta = find_box(file, 0, get_file_end(file), b"meta")
    properties = meta and find_box(file, meta.content + 4, meta.end, b"iprp")
    container = properties and find_box(file, properties.content, properties.end, b"ipco")
    if container is None:
        raise BoxesDamaged("ipco")
    return any(box.kind in (b"irot", b"imir") for box in list_boxes(file, container.content, container.end))


def clean_heif(file: BinaryIO) -> int:
    """Remove Exif and XMP data from a HEIC that is open for changes; return how many parts it had. Raises BoxesDamaged."""
    meta = find_box(file, 0, get_file_end(file), b"meta")
    if meta is None:
        raise BoxesDamaged("meta")
    boxes = {box.kind: box for box in list_boxes(file, meta.content + 4, meta.end)}
    if b"iinf" not in boxes or b"iloc" not in boxes:
        raise BoxesDamaged("iinf")
    private = list_private_item_ids(file, boxes[b"iinf"])
    data = boxes.get(b"idat")
    end, count = get_file_end(file), 0
    for item_id, offset, size in list_extents(read_content(file, boxes[b"iloc"]), data.content if data else 0):
        if item_id in private:
            if offset + size > end:
                raise BoxesDamaged("iloc")
            fill(file, offset, size)
            if private[item_id] == b"Exif" and size >= len(EMPTY_EXIF):
                file.seek(offset)
                file.write(EMPTY_EXIF)
            count += 1
    return count + clean_movie(file)


def list_private_item_ids(file: BinaryIO, information: Box) -> dict[int, bytes]:
    """Return the kinds of the items of a HEIC that are data about the picture, by their ids."""
    file.seek(information.content)
    version = read_exactly(file, 4)[0]
    start = information.content + (8 if version else 6)
    items = {}
    for box in list_boxes(file, start, information.end):
        content = read_content(file, box)
        version = content[0] if content else 0
        try:
            item_id, _protection, kind = struct.unpack_from(">IH4s" if version > 2 else ">HH4s", content, 4)
        except struct.error as error:
            raise BoxesDamaged("infe") from error
        if version >= 2 and kind in PRIVATE_ITEMS:
            items[item_id] = kind
    return items


def list_extents(content: bytes, data_start: int) -> Iterator[tuple[int, int, int]]:
    """Yield item id, offset in the file and size of each part of each item (ISO/IEC 14496-12, 8.11.3)."""
    try:
        version, sizes = content[0], struct.unpack_from(">H", content, 4)[0]
        offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
        wide = version == 2
        position = 10 if wide else 8
        for _number in range(int.from_bytes(content[6:position])):
            id_size = 4 if wide else 2
            item_id = int.from_bytes(content[position : position + id_size])
            position += id_size
            method = 0
            if version in (1, 2):
                method = content[position + 1] & 15
                position += 2
            base = int.from_bytes(content[position + 2 : position + 2 + base_size])
            position += 2 + base_size
            extents = struct.unpack_from(">H", content, position)[0]
            position += 2
            for _extent in range(extents):
                position += index_size if version in (1, 2) else 0
                offset = int.from_bytes(content[position : position + offset_size])
                size = int.from_bytes(content[position + offset_size : position + offset_size + length_size])
                position += offset_size + length_size
                if method in (0, 1):
                    yield item_id, base + offset + (data_start if method else 0), size
    except (struct.error, IndexError) as error:
        raise BoxesDamaged("iloc") from error
