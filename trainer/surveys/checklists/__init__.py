"""Skills checklists that a trainer marks for each participant."""
