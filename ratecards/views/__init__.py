"""Screens of carriers, rate cards and prices."""
