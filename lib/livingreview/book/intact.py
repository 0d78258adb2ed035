"""Whether files are as they were left: a hash of everything below a folder, compared with what was remembered."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path


def tree(folder: Path) -> dict[str, str]:
    """Hash of every file below a folder, hidden ones too, by its path inside; a link or pipe by its kind alone.

    Empty where there is no folder.
    """
    hashes = {}
    top = len(str(folder)) + 1
    for place, folders, names in os.walk(folder):
        for name in [*names, *(one for one in folders if os.path.islink(os.path.join(place, one)))]:
            path = os.path.join(place, name)
            hashes[path[top:].replace(os.sep, "/")] = _digest(path)
    return dict(sorted(hashes.items()))


def _digest(path: str) -> str:
    if not stat.S_ISREG(os.lstat(path).st_mode):
        return "no regular file"
    with open(path, "rb", buffering=0) as opened:  # plain names: this runs for every file of every build
        return hashlib.file_digest(opened, "sha256").hexdigest()


def differences(then: Mapping[str, str | None], now: Mapping[str, str | None]) -> dict[str, str]:
    """What became of each file that is not as it was: `gone`, `changed` or `new`."""
    changes = {name: "gone" if name not in now else "changed" for name in then if now.get(name) != then[name]}
    return dict(sorted((changes | {name: "new" for name in now if name not in then}).items()))


def remove(path: Path) -> None:
    """Take away whatever is there: a folder, a file, a link, or nothing."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
