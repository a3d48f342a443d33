"""Notifications about registrations: their texts, queueing, reminders, recalls, and the organizer's pages of messages."""
