"""The one gate between the analyses and everything a reader sees."""
