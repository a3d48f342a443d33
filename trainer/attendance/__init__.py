"""Who was there: an append-only ledger of marks, and what it says of a person in a session."""
