"""Test scores of participants, from the post-test or entered by the organizer."""
