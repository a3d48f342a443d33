"""Importing a list of people from CSV or XLSX."""
