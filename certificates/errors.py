"""Errors of the library: malformed codes, serials, keys, designs, and certificates that cannot be printed."""


class CertificateError(ValueError):
    """Base class of all errors of this library."""


class MalformedCode(CertificateError):
    """A code with a wrong length, a foreign character or a wrong check character: it was mistyped."""


class MalformedSerial(CertificateError):
    """A serial with a wrong form or a wrong check character."""


class MalformedKey(CertificateError):
    """A file without an Ed25519 key."""


class MalformedDesign(CertificateError):
    """A design that cannot be read."""


class UnprintableCertificate(CertificateError):
    """Text that the fonts cannot show or the design cannot fit. `list_print_problems` detects it beforehand."""


class MalformedSeal(CertificateError):
    """A seal with an invalid form."""
