"""Measures this package and PyZMQ side by side: ``make bench``."""
