"""pyHanko's signer, kept within PDF/A-2: imported only where files are signed, because pyHanko is optional."""

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.sealing.signing_key import SigningKey


class PdfaSigner(PdfSigner):
    """A signer that leaves the file PDF 1.7, on which PDF/A-2 is based (ISO 19005-2, 6.1.2).

    pyHanko declares the curves of an EC key as an extension of PDF 2.0 (ISO/TS 32002) and raises the file's version for it. PAdES
    has them in PDF 1.7 (ETSI EN 319 142-1, 6.2.1), as the extension ESIC that is declared here.
    """

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """Declare PAdES alone."""
        pdf_out.register_extension(ESIC_EXTENSION_1)


def build_pdfa_signer(key: SigningKey, field_name: str) -> PdfaSigner:
    """Build the signer of a key that signs in a field of this name."""
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([convert_certificate(certificate) for certificate in key.chain])
    private_key = key.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(convert_certificate(key.certificate), keys.PrivateKeyInfo.load(private_key), store)
    metadata = PdfSignatureMetadata(field_name, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    return PdfaSigner(metadata, signer)


def convert_certificate(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Return a certificate as pyHanko takes it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
