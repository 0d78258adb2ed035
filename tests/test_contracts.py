"""The arrows between packages: kept as they are, and noticed when broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from support import ROOT


def lint(root) -> subprocess.CompletedProcess:
    """import-linter on a copy of the library."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-cache"]
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(root / "lib")}
    )


@pytest.fixture
def library(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    shutil.copytree(ROOT / "lib", tmp_path / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_every_contract_is_kept(library):
    done = lint(library)
    assert done.returncode == 0, done.stdout
    assert "Contracts: 10 kept, 0 broken." in done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("analyses/safety.py", "import livingreview.published.ledger", "Analyses never see what was printed"),
        ("analyses/subgroups.py", "import livingreview.disclosure.gate", "Layers: arrows run one way"),
        ("disclosure/gate.py", "import livingreview.words.reason_words", "Numbers have no words"),
        ("audit/checks.py", "import livingreview.analyses.safety", "The audit judges print, not what we computed"),
        ("published/ledger.py", "import livingreview.words.translate", "Numbers have no words"),
        ("statistics/risk_table.py", "import livingreview.cohort.cohort", "Layers: arrows run one way"),
        ("presentation/kit/table.py", "import livingreview.statistics.quantiles", "Presentation computes nothing"),
        ("presentation/kit/table.py", "import scipy", "Presentation computes nothing"),
        ("cohort/tables.py", "import livingreview.results.estimates", "The cohort imports nothing of ours"),
        ("site/charts.py", "import livingreview.book.build", "Layers: arrows run one way"),
        ("book/builder.py", "import livingreview.chapter", "The build reads chapters as files"),
        (
            "site/charts.py",
            "import livingreview.cohort.study",
            "The site knows what pages say, and nothing of a cohort",
        ),
        ("results/estimates.py", "import livingreview.statistics.groups", "Layers: arrows run one way"),
        ("endpoints/mrd.py", "import livingreview.analyses.safety", "Layers: arrows run one way"),
        (
            "intake/folder/write.py",
            "import livingreview.statistics.quantiles",
            "The ways into a folder know cohorts and words alone",
        ),
        (
            "intake/read/sheet.py",
            "import livingreview.intake.folder.draft",
            "Cells, files, one draft of a folder, and the ways in over it",
        ),
    ],
)
def test_a_broken_arrow_is_named(library, module, line, contract):
    path = library / "lib" / "livingreview" / module
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = lint(library)
    assert done.returncode != 0 and f"{contract} BROKEN" in done.stdout, done.stdout
