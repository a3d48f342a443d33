"""Sign-in sheets: printing, filing photos and scans, recognition and confirmation."""
