"""What makes a PDF last: PDF/A-2b (ISO 19005-2), a structure that can be read aloud, metadata; without clock or chance."""

import io
import zlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:identifier>{identifier}</dc:identifier>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{day}T00:00:00Z</xmp:CreateDate>
<xmp:ModifyDate>{day}T00:00:00Z</xmp:ModifyDate>
<xmp:CreatorTool>trainer</xmp:CreatorTool>
<pdf:Producer>trainer</pdf:Producer>
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True)
class Part:
    """A part of the page's structure: its role (H1, P, Figure), its language, and for a figure what it shows and where."""

    role: str
    language: str
    alt: str = ""
    box: tuple[float, float, float, float] | None = None


def archived(
    content: bytes, parts: list[Part], *, title: str, author: str, language: str, issued: date, identifier: str
) -> bytes:
    """Give the PDF with everything that PDF/A-2b and a screen reader ask for; `identifier` stands in its metadata in clear."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        page = pdf.pages[0]
        if "/Trans" in page.obj:
            del page.obj["/Trans"]
        structure(pdf, parts, language)
        colours(pdf)
        moment = f"D:{issued:%Y%m%d}000000Z"
        pdf.trailer.Info = pdf.make_indirect(
            Dictionary(
                Title=String(title),
                Author=String(author),
                Creator=String("trainer"),
                Producer=String("trainer"),
                CreationDate=String(moment),
                ModDate=String(moment),
            )
        )
        values = {"title": title, "author": author, "language": language, "identifier": identifier}
        packet = XMP.format(day=issued.isoformat(), **{name: escape(value) for name, value in values.items()})
        metadata = pdf.make_stream(packet.encode("utf-8"))
        metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
        pdf.Root.Metadata = metadata
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        result = io.BytesIO()
        pdf.save(
            result, deterministic_id=True, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.generate
        )
    return result.getvalue()


def structure(pdf: pikepdf.Pdf, parts: list[Part], language: str) -> None:
    """Hang the parts of the page into a structure tree in reading order."""
    page = pdf.pages[0].obj
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, Lang=String(language)))
    elements = [pdf.make_indirect(element(part, number, document, page)) for number, part in enumerate(parts)]
    document.K = Array(elements)
    root.K = document
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array([0, Array(elements)])))
    root.ParentTreeNextKey = 1
    page.StructParents, page.Tabs = 0, Name.S
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.Lang = String(language)


def element(part: Part, number: int, parent: pikepdf.Object, page: pikepdf.Object) -> Dictionary:
    """Make the element of a part."""
    made = Dictionary(
        Type=Name.StructElem, S=Name(f"/{part.role}"), P=parent, Pg=page, K=number, Lang=String(part.language)
    )
    if part.alt:
        made.Alt = String(part.alt)
    if part.box is not None:
        box = Array([round(each, 2) for each in part.box])
        made.A = Dictionary(O=Name.Layout, BBox=box, Placement=Name.Block)
    return made


def colours(pdf: pikepdf.Pdf) -> None:
    """Say which red, green and blue are meant: sRGB."""
    profile = pdf.make_stream(srgb())
    profile.N, profile.Alternate, profile.Filter = 3, Name.DeviceRGB, Name.FlateDecode
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB"),
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


@cache
def srgb() -> bytes:
    """Give the sRGB profile, deflated."""
    return zlib.compress((files("certificates") / "designs" / "srgb.icc").read_bytes(), 9)
