"""Kinds of indicators: what each counts. A kind is one documented function that selects the rows behind its figure."""
