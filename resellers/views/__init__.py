"""Screens of reseller accounts and customers."""
