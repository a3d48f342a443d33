"""The organizer's home: all seminars, and one seminar at a glance."""
