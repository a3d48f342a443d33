"""Surveys on paper: blank and completed forms, data entry, and the ballot box of anonymous surveys."""
