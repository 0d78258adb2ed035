"""Run the R oracles again and compare them with the values kept beside this file.

python tests/oracles/run.py          exit 1 naming every value that differs
python tests/oracles/run.py --pin    replace the kept values by those of this machine
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from math import isclose
from pathlib import Path

HERE = Path(__file__).parent
RELATIVE = 1e-12  # another processor may round a last digit differently; nothing larger is accepted


def differences(kept: object, now: object, where: str) -> Iterator[str]:
    """One line for every leaf that is not the same in both."""
    if isinstance(kept, dict) and isinstance(now, dict):
        for key in [*kept, *(key for key in now if key not in kept)]:
            yield from differences(kept.get(key, "absent"), now.get(key, "absent"), f"{where}.{key}")
    elif isinstance(kept, list) and isinstance(now, list) and len(kept) == len(now):
        for position, (old, new) in enumerate(zip(kept, now, strict=True)):
            named = isinstance(old, dict) and "name" in old
            yield from differences(old, new, f"{where}[{old['name'] if named else position}]")
    elif not same(kept, now):
        yield f"{where}: kept {brief(kept)}, now {brief(now)}"


def brief(value: object) -> str:
    """The value as written, a long one cut off."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def same(kept: object, now: object) -> bool:
    """Numbers to a relative 1e-12, everything else exactly."""
    if isinstance(kept, int | float) and isinstance(now, int | float):
        return isclose(kept, now, rel_tol=RELATIVE, abs_tol=0.0)
    return kept == now


def parsed(texts: dict[str, str]) -> dict[str, dict]:
    """The records by file name."""
    return {name: json.loads(text) for name, text in texts.items()}


def main(arguments: list[str]) -> int:
    """Compare, or with `--pin` replace, and say so."""
    if shutil.which("Rscript") is None:
        print("Rscript is missing: install r-base-core, r-cran-survival and r-cran-jsonlite", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(["Rscript", "--vanilla", HERE / "oracles.R", folder], capture_output=True, text=True)
        if ran.returncode:
            print(f"oracles.R failed (it needs r-cran-survival and r-cran-jsonlite):\n{ran.stderr}", file=sys.stderr)
            return 1
        now = {path.name: path.read_text(encoding="utf-8") for path in sorted(Path(folder).glob("*.json"))}
    if arguments == ["--pin"]:
        for name, text in now.items():
            (HERE / name).write_text(text, encoding="utf-8")
        print(f"pinned {', '.join(now)}")
        return 0
    kept = {path.name: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.json"))}
    found = list(differences(parsed(kept), parsed(now), "oracles"))
    if found:
        print("\n".join(found), file=sys.stderr)
        return 1
    cases = sum(len(record["cases"]) for record in parsed(now).values())
    print(f"oracles: {cases} cases in {len(now)} files agree with R")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
