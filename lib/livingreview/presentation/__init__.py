"""Estimates to words, tables and figures; computes nothing."""
