"""Facts: what all figures of a project are counted from, read once in a fixed number of queries."""
