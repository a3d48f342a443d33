"""Reading a monitoring plan from the Word annex of a grant contract."""
