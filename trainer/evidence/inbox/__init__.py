"""The inbox: files that belong to no activity yet, what is proposed for them, and sorting them with undo."""
