"""Revoking, replacing and renewing certificates."""
