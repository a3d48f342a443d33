"""Describing a seminar: its forms, step by step, and what a new one takes from an earlier one."""
