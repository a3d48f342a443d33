"""What rooms print and hand out."""
