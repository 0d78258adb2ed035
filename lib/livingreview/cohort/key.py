"""The secret of an observed cohort folder: whatever is made from its rows and shown in public is keyed with it.

A plain hash of a small table gives its content back to who can guess it: the reader tries every withheld count
until the hash agrees. With a key that never leaves the folder nobody can try.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from livingreview.cohort.problems import CohortError, Problem

KEY_FILE = ".livingreview-key"  # hidden: no fingerprint counts it, and `.gitignore` keeps it out of the repository
IGNORE_FILE = ".gitignore"
SIZE = 32
PUBLIC = b"the data are public: this is no secret"


def key_of(folder: Path, kind: str) -> bytes:
    """The folder's key, 32 bytes; made when it is first needed. `PUBLIC` for data that nobody has to protect.

    `kind` is that of the edition. CohortError where the key cannot be read or made.
    """
    if kind != "observed":
        return PUBLIC
    path = folder / KEY_FILE
    try:
        return _read(path) if os.path.lexists(path) else _make(path)
    except OSError as error:
        raise CohortError([Problem(str(path), "key-not-kept", {"detail": error.strerror})]) from None


def keyed(key: bytes, purpose: str, message: str) -> str:
    """HMAC-SHA256 of a message as 64 hexadecimal digits; another purpose gives others for the same message."""
    return hmac.new(key, f"{purpose}\0{message}".encode(), hashlib.sha256).hexdigest()


def shown_hash(fingerprint: str, key: bytes) -> str:
    """What pages show for a fingerprint of the data: itself where they are public, otherwise keyed."""
    return fingerprint if key == PUBLIC else keyed(key, "data", fingerprint)


def _read(path: Path) -> bytes:
    digits = path.read_bytes().strip() if path.is_file() and path.stat().st_size <= 4 * SIZE else b""
    try:
        key = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        key = b""
    if len(key) != SIZE:
        raise CohortError([Problem(str(path), "key-broken", {"digits": 2 * SIZE})])
    return key


def _make(path: Path) -> bytes:
    """A new key, whole or not at all; of two builds that make one at the same time the first wins."""
    _keep_out_of_git(path.with_name(IGNORE_FILE))
    new = path.with_name(f"{KEY_FILE}.{os.getpid()}")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as opened:
        opened.write(f"{os.urandom(SIZE).hex()}\n")
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        os.replace(new, path)
    new.unlink(missing_ok=True)
    return _read(path)


def _keep_out_of_git(path: Path) -> None:
    known = path.read_text(encoding="utf-8") if path.is_file() else ""
    if KEY_FILE not in known.split():
        line = f"{KEY_FILE}\n" if known.endswith("\n") or not known else f"\n{KEY_FILE}\n"
        with path.open("a", encoding="utf-8", newline="\n") as opened:
            opened.write(line)
