"""Processing of files by the worker: previews, the date taken, the length, and a copy without location data."""
