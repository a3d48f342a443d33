"""Loads: many people at once against one server process of this machine; what was acknowledged must be in the database."""
