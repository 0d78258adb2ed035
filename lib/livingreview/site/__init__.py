"""The Sphinx extension that makes the book a site."""
