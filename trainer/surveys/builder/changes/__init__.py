"""Changes of questions: their history, undoing the newest one, and what depends on what is to be removed."""
