"""Seats of a seminar: enrolment, waiting list, availability and duplicates."""
