"""The production server: waitress, one process or several behind one port, each with its threads on one core."""
