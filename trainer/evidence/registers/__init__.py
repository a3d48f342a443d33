"""Registers of staff, specialists, NGOs and partners."""
