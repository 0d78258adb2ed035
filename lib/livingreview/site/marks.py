"""Marks in rendered pages that the build fills in last, so that new data do not render every page again."""

from __future__ import annotations

import re
from collections.abc import Mapping

HASH_MARK = "lr-data-hash-whole"
SHORT_MARK = "lr-data-hash-short"
ROW_MARK = "lr-row:"  # followed by a key: the number of its row in results.csv
SHORT = 12
_ROW = re.compile(re.escape(ROW_MARK) + r"([^\"\s]+)")


def filled(text: str, data_hash: str, rows: Mapping[str, str]) -> str:
    """The text with the hash of the data and the row of every key."""
    text = text.replace(HASH_MARK, data_hash).replace(SHORT_MARK, data_hash[:SHORT])
    return _ROW.sub(lambda found: rows[found.group(1)], text)
