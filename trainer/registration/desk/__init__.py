"""The organizer's list of registrations: search, export, bulk actions with undo, duplicates, one person's page."""
