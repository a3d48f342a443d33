"""What the issue promises in ratios, measured: rivals do the same work in one run, in turn (`make bench`)."""
