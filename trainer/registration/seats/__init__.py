"""Seats of a seminar: enrolment, waiting list, cancellation, approval, availability and duplicates."""
