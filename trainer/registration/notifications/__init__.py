"""Notifications about registrations: their texts, the queue, and the organizer's pages of messages."""
