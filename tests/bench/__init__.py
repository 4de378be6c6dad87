"""Ratios of speed, from one run; never asserted."""
