"""What can be wrong with a code, a serial, a seal or a design; all of them are a CertificateError."""


class CertificateError(ValueError):
    """Something given to the library is not what it should be."""


class MalformedCode(CertificateError):
    """A code of the wrong length, with a foreign character, or with a wrong check character: it was mistyped."""


class MalformedSerial(CertificateError):
    """A serial of the wrong form or with a wrong check character."""


class MalformedKey(CertificateError):
    """A file that holds no Ed25519 key."""


class MalformedDesign(CertificateError):
    """A design that can't be read."""


class UnprintableCertificate(CertificateError):
    """Text that the fonts can't show or the design can't fit; `problems` finds it before."""
