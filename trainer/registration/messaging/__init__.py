"""The organizer’s pages of messages: the queue of manual ones, the overview, and the standard letters."""
