"""Measure the speed goals as ratios: competitors do the same work in one run, in turn (`make bench`)."""
