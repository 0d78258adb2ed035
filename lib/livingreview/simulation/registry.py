"""What the simulated registry is about, kept as data beside this module: treatments, terms, study.yml and README.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent
REGISTRY: dict[str, Any] = yaml.safe_load((_HERE / "registry.yml").read_text(encoding="utf-8"))
STUDY = (_HERE / "study.yml").read_text(encoding="utf-8")
README = (_HERE / "README.md").read_text(encoding="utf-8")
