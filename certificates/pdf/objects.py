"""A PDF split in two: the bytes that all certificates share, and holes that each certificate fills with its own objects.

The form follows ISO 32000-1, 7.5: objects, small ones packed into one object stream (7.5.7), then a cross-reference stream
(7.5.8) with their offsets. The shared part comes first, so one certificate costs only its own few objects, their entries in
the table, and joining the pieces.
"""

import io
import struct
import zlib
from collections.abc import Mapping
from hashlib import blake2b

import pikepdf

PDF_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
XREF_ENTRY = struct.Struct(">BIH")  # kind; for kind 1 a file offset, for kind 2 an object stream and an index in it
XREF_FREE, XREF_PLAIN, XREF_PACKED = 0, 1, 2


class PdfTemplate:
    """The constant part of a PDF; `holes` are the numbers of the objects that vary, by name."""

    def __init__(self, pdf: pikepdf.Pdf, holes: Mapping[str, int]) -> None:
        """Split the PDF. Its objects are numbered from 1 without a gap, as qpdf writes them."""
        self.holes = dict(holes)
        shared_objects = {
            number: pdf_object for number, pdf_object in enumerate(pdf.objects, 1) if number not in self.holes.values()
        }
        streams = {
            number: format_stream_object(pdf_object)
            for number, pdf_object in shared_objects.items()
            if isinstance(pdf_object, pikepdf.Stream)
        }
        small = {
            number: pdf_object.unparse(resolved=True)
            for number, pdf_object in shared_objects.items()
            if number not in streams
        }
        object_stream, self.table_number = len(pdf.objects) + 1, len(pdf.objects) + 2
        streams[object_stream] = build_object_stream(small)
        self.entries = [XREF_ENTRY.pack(XREF_FREE, 0, 65535)] * (self.table_number + 1)
        for position, number in enumerate(small):
            self.entries[number] = XREF_ENTRY.pack(XREF_PACKED, object_stream, position)
        parts, offset = [PDF_HEADER], len(PDF_HEADER)
        for number, content in streams.items():
            parts.append(format_numbered_object(number, content))
            self.entries[number] = XREF_ENTRY.pack(XREF_PLAIN, offset, 0)
            offset += len(parts[-1])
        self.shared_bytes = b"".join(parts)
        self.digest = blake2b(self.shared_bytes, digest_size=16).digest()
        root, info = (pdf.trailer[name].objgen[0] for name in ("/Root", "/Info"))
        self.trailer = b"/Type /XRef /W [1 4 2] /Size %d /Root %d 0 R /Info %d 0 R" % (
            self.table_number + 1,
            root,
            info,
        )

    def fill_holes(self, contents: Mapping[str, bytes]) -> bytes:
        """Return the whole PDF with these objects in the holes; its ID (14.4) depends on its content."""
        parts, offset, entries = [self.shared_bytes], len(self.shared_bytes), self.entries.copy()
        for name, number in self.holes.items():
            parts.append(format_numbered_object(number, contents[name]))
            entries[number] = XREF_ENTRY.pack(XREF_PLAIN, offset, 0)
            offset += len(parts[-1])
        entries[self.table_number] = XREF_ENTRY.pack(XREF_PLAIN, offset, 0)
        digest = blake2b(b"".join(parts[1:]), digest_size=16, key=self.digest).hexdigest().encode("ascii")
        trailer = b"%b /ID [<%b><%b>]" % (self.trailer, digest, digest)
        parts.append(format_numbered_object(self.table_number, build_stream(trailer, b"".join(entries))))
        parts.append(b"startxref\n%d\n%%%%EOF\n" % offset)
        return b"".join(parts)


def build_object_stream(objects: Mapping[int, bytes]) -> bytes:
    """Build an object stream: the number and offset of each object, then the objects."""
    index, offset = [], 0
    for number, content in objects.items():
        index.append(b"%d %d " % (number, offset))
        offset += len(content) + 1
    head, content = b"".join(index), b"\n".join(objects.values())
    entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(objects), len(head))
    return build_stream(entries, zlib.compress(head + content, 9))


def format_numbered_object(number: int, content: bytes) -> bytes:
    """Format an object with its number."""
    return b"%d 0 obj\n%b\nendobj\n" % (number, content)


def format_stream_object(pdf_stream: pikepdf.Stream) -> bytes:
    """Format a stream as it is written to a file."""
    return b"%b\nstream\n%b\nendstream" % (pdf_stream.stream_dict.unparse(resolved=True), pdf_stream.read_raw_bytes())


def build_stream(entries: bytes, content: bytes) -> bytes:
    """Build a stream with the entries of its dictionary."""
    return b"<<%b /Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)


def encode_pdf_string(text: str) -> bytes:
    """Encode a text so that every reader understands it (7.9.2.2)."""
    return b"<%b>" % ("\ufeff" + text).encode("utf-16-be").hex().encode()


def renumber_objects(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    """Return the PDF without unused objects, renumbered deterministically."""
    file = io.BytesIO()
    pdf.save(file, static_id=True, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return pikepdf.open(file)
