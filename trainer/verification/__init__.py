"""What a QR says: the answer to anybody who holds a certificate. Owns no table."""
