"""Issuing certificates: printed facts, keys, the issuing context and batches."""
