"""Participants' lists by day, as PDF and XLSX."""
