"""Test scores that the organizer enters."""
