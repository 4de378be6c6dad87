"""Tickertape: live news wires in, structured events out."""

__version__ = "0.1.0"
