"""Who gets a certificate, the keys that seal it, and the register of all that were issued."""
