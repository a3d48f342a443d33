"""The registration form: its fields and a seminar's own questions."""
