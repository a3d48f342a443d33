"""Open Badges 3.0 made from issued certificates."""
