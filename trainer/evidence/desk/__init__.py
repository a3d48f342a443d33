"""Pages of the evidence of an activity and of one file."""
