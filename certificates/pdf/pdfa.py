"""PDF/A-2b (ISO 19005-2), document structure and metadata of a certificate; independent of clock and randomness."""

import zlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from certificates.pdf.objects import build_stream, encode_pdf_string

XMP_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
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
class StructurePart:
    """An element of the page's structure: role (H1, P, Figure) and language."""

    role: str
    language: str


@dataclass(frozen=True)
class DocumentMetadata:
    """Metadata that all certificates of a batch share."""

    author: str
    language: str
    issued_on: date


def convert_to_pdfa(pdf: pikepdf.Pdf, parts: list[StructurePart], description: DocumentMetadata) -> None:
    """Add what PDF/A-2b and screen readers require.

    Left open is what differs between certificates: document information, XMP metadata, the figure's text (`/Alt`) and bounding
    box (`/BBox`).
    """
    page = pdf.pages[0]
    if "/Trans" in page.obj:
        del page.obj["/Trans"]
    add_structure_tree(pdf, parts, description.language)
    add_output_intent(pdf)
    pdf.trailer.Info = pdf.make_indirect(Dictionary())
    pdf.Root.Metadata = pdf.make_stream(b"")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def find_open_objects(pdf: pikepdf.Pdf) -> dict[str, int]:
    """Return the object numbers that `convert_to_pdfa` has left open, by name."""
    figure = pdf.Root.StructTreeRoot.K.K[-1]
    objects = {"info": pdf.trailer.Info, "alt": figure.Alt, "box": figure.A.BBox, "metadata": pdf.Root.Metadata}
    return {name: pdf_object.objgen[0] for name, pdf_object in objects.items()}


def render_document_information(description: DocumentMetadata, title: str) -> bytes:
    """Render the document information dictionary (ISO 32000-1, 14.3.3)."""
    moment = b"(D:%b000000Z)" % description.issued_on.strftime("%Y%m%d").encode("ascii")
    return b"<</Title %b /Author %b /Creator (trainer) /Producer (trainer) /CreationDate %b /ModDate %b>>" % (
        encode_pdf_string(title),
        encode_pdf_string(description.author),
        moment,
        moment,
    )


def render_xmp_metadata(description: DocumentMetadata, title: str, identifier: str) -> bytes:
    """Render the XMP metadata stream; `identifier` stays readable in the file."""
    packet = XMP_PACKET.format(
        identifier=escape(identifier),
        title=escape(title),
        author=escape(description.author),
        language=description.language,
        day=description.issued_on.isoformat(),
    )
    return build_stream(b"/Type /Metadata /Subtype /XML", packet.encode("utf-8"))


def add_structure_tree(pdf: pikepdf.Pdf, parts: list[StructurePart], language: str) -> None:
    """Add the structure tree with the parts of the page in reading order."""
    page = pdf.pages[0].obj
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, Lang=String(language)))
    elements = [
        pdf.make_indirect(build_structure_element(pdf, part, number, document)) for number, part in enumerate(parts)
    ]
    document.K = Array(elements)
    root.K = document
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array([0, Array(elements)])))
    root.ParentTreeNextKey = 1
    page.StructParents, page.Tabs = 0, Name.S
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.Lang = String(language)


def build_structure_element(pdf: pikepdf.Pdf, part: StructurePart, number: int, parent: pikepdf.Object) -> Dictionary:
    """Build the structure element of a part."""
    element = Dictionary(
        Type=Name.StructElem,
        S=Name(f"/{part.role}"),
        P=parent,
        Pg=pdf.pages[0].obj,
        K=number,
        Lang=String(part.language),
    )
    if part.role == "Figure":
        element.Alt = pdf.make_indirect(String(""))
        element.A = Dictionary(O=Name.Layout, BBox=pdf.make_indirect(Array()), Placement=Name.Block)
    return element


def add_output_intent(pdf: pikepdf.Pdf) -> None:
    """Add the output intent: colours are sRGB."""
    profile = pdf.make_stream(load_srgb_profile())
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
def load_srgb_profile() -> bytes:
    """Return the sRGB profile, deflated."""
    return zlib.compress((files("certificates") / "designs" / "srgb.icc").read_bytes(), 9)
