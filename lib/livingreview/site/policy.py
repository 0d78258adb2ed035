"""What a page may load and run: its own files, and no text that found its way into it."""

from __future__ import annotations

# `file:` stands beside 'self' because a page opened from disk has no origin in every browser; served, it allows nothing.
OWN = "'self' file:"
RULES = {
    "default-src": "'none'",
    "script-src": OWN,  # every script is a file: no inline script, no handler, no eval
    "style-src": f"{OWN} 'unsafe-inline'",  # drawings and the theme set styles on elements
    "img-src": f"{OWN} data:",
    "font-src": f"{OWN} data:",
    "connect-src": "'self'",  # `watch` asks its own server whether to reload
    "form-action": OWN,  # the search field
    "base-uri": "'none'",
    "object-src": "'none'",
}
POLICY = "; ".join(f"{name} {value}" for name, value in RULES.items())
# Before anything else in the head: a policy does not reach what stands above it.
TAG = f'\n    <meta http-equiv="Content-Security-Policy" content="{POLICY}"/>'
