"""Documents that packages print and send."""
