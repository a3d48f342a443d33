"""Font files of the documents, subset once by `subset.py`, so that a certificate's bytes do not depend on another package."""
