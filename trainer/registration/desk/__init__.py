"""The organizer's list of registrations: search, export, bulk actions with undo, duplicates, and a person's page."""
