"""The path of a seminar, from its description to the proofs: how far it is, what comes next, and how it leaves the lists."""
