"""Importing a plan: reading a file into a draft, answering what it leaves open, and making a project of it."""
