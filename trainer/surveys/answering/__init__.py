"""Answering a survey: on the personal page, on a shared tablet, drafts and reminders."""
