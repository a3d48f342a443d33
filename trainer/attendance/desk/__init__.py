"""The organizer's attendance pages: marking, live view and conflicts."""
