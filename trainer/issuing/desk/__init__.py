"""The organizer's pages of certificates."""
