"""Names on certificates: confirmed by their holders, corrected by the organizer."""
