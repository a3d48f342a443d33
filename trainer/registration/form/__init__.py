"""The registration form: its fields, a seminar's own questions, and the answers to them."""
