"""Who comes: the form behind the link, consent, places, and the organizer's list."""
