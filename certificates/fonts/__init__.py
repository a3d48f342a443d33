"""The typefaces of the paper: data, cut once by `cut.py`, so that a certificate's bytes depend on no other package."""
