"""Creating and changing projects and their plans by forms."""
