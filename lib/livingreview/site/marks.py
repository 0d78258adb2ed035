"""Marks in rendered pages that the build fills in last, so that new data do not render every page again."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(r"lr[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one folder of work. Nobody who writes a cell knows the token, so no cell can hold a mark."""

    token: str

    @property
    def whole(self) -> str:
        """Stands for the hash of the data."""
        return f"{self.token}-whole"

    @property
    def short(self) -> str:
        """Stands for the beginning of that hash."""
        return f"{self.token}-short"

    def row(self, key: str) -> str:
        """Stands for the row of a key in results.csv."""
        return f"{self.token}-row:{key}"

    def filled(self, text: str, data_hash: str, short_hash: str, rows: Mapping[str, str]) -> str:
        """The text with the hash of the data and the row of every key."""
        text = text.replace(self.whole, data_hash).replace(self.short, short_hash)
        return re.sub(self.row(r"([^\"\s]+)"), lambda match: rows[match.group(1)], text)


def kept_marks(path: Path) -> Marks:
    """Those of the last run of this folder of work, so that pages stay as they are; else new ones, written to `path`."""
    token = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    if not _TOKEN.fullmatch(token):
        if path.is_dir() and not path.is_symlink():  # whatever has taken its place
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        token = f"lr{secrets.token_hex(16)}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(token, encoding="utf-8")
    return Marks(token)
