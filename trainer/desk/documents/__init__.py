"""The documents of a seminar in one place, and the chosen ones in one download."""
