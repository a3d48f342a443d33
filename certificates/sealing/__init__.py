"""The seal of a certificate: a COSE signature over its facts, the keys, PAdES signatures, and checking a QR text or a file."""
