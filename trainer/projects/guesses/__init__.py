"""Guessing what indicators of a printed plan count, by word rules, and which guesses a person has to decide."""
