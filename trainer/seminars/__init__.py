"""Seminars, courses, round tables and meetings: what is held, when, where, and on what conditions."""
