"""Announcements: what an organizer writes to the people of seminars, to everybody or to a segment."""
