"""Measure the speed goals as ratios: rivals do the same work in one run, in turn (`make bench`)."""
