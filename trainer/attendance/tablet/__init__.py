"""Tablets: pairing, the roster, syncing marks, walk-ins, and the offline app."""
