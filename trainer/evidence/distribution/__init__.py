"""Distribution of documents: downloads by everybody, and lists of who received copies."""
