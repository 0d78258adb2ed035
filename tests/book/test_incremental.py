"""Only what changed is executed, in parallel or not, and whatever interrupts a build, the next one is right."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from support import COMMAND, PAGES, ROOT, SMALL_CHAPTER, build, copy_book, run, small_book, tree

pytestmark = pytest.mark.build


def manifest(book: Path) -> dict:
    return json.loads((book / "_build" / "chen-2026" / "manifest.json").read_text(encoding="utf-8"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def site(book: Path) -> dict[str, str]:
    found = tree(book / "_build" / "chen-2026")
    found.pop("manifest.json")
    return found


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> dict[str, str]:
    """A copy of our modules to change, as the environment that uses it."""
    copy = tmp_path_factory.mktemp("library")
    shutil.copytree(ROOT / "lib", copy / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    return {"PYTHONPATH": str(copy / "lib")}


def test_a_change_runs_what_it_reaches_and_the_bytes_equal_a_fresh_build(built, tmp_path, library):
    book = copy_book(tmp_path / "a place" / "with another name")
    module = Path(library["PYTHONPATH"]) / "livingreview" / "endpoints" / "toxicity.py"
    elsewhere = {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "LC_ALL": "C"}

    def build_again(*options: str, **environment: str) -> dict:
        build(*options, cwd=book, **library, **elsewhere, **environment)
        return manifest(book)

    first = build_again()
    assert len(first["executed"]) == len(PAGES) - 1 and first["reused"] == []
    # The same bytes from another folder, at another time, with another seed of hashes.
    assert site(book) == {name: digest for name, digest in tree(built).items() if name != "manifest.json"}

    times = {path: path.stat().st_mtime_ns for path in (book / "_build" / "chen-2026").rglob("*") if path.is_file()}
    again = build_again()
    assert again["executed"] == [] and again["reused"] == first["executed"]
    written = [path.name for path, mtime in times.items() if path.stat().st_mtime_ns != mtime]
    assert written == ["manifest.json"]

    change(book / "data" / "chen-2026" / "adverse_events.csv", "R01,3", "R01,4")
    planned = run("plan", cwd=book, **library).stdout.splitlines()
    assert "safety: adverse_events.csv changed" in planned
    assert not [
        line for line in planned if line.startswith(("responses", "progression", "overall", "minimal", "study"))
    ]
    found = build_again()
    # The abstract fixes no grade: the results of the safety chapter stay as they were, so no page that reads them runs.
    assert found["executed"] == ["chapters/about", "chapters/safety"]
    incremental = site(book)

    change(module, "each patient counted once.", "every patient counted once.")
    assert run("plan", cwd=book, **library).stdout.splitlines() == [
        "safety: module livingreview.endpoints.toxicity changed",
        "index: results of safety may change",
        "reproduction: results of safety may change",
        "about: results of safety may change",
    ]
    assert build_again()["executed"] == ["chapters/safety"]

    change(book / "data" / "chen-2026" / "commentary" / "responses.md", "leaves open", "does not say")
    assert build_again()["executed"] == ["chapters/about", "chapters/responses"]
    change(book / "data" / "chen-2026" / "commentary" / "responses.md", "does not say", "leaves open")
    change(module, "every patient counted once.", "each patient counted once.")
    assert build_again()["executed"] == ["chapters/about", "chapters/responses", "chapters/safety"]
    assert site(book) == incremental

    shutil.rmtree(book / "_build")
    build_again("--jobs", "1", LIVINGREVIEW_PLAIN_KERNELS="1")
    assert site(book) == incremental  # fresh, one after the other, in plain kernels


@pytest.fixture
def two(tmp_path) -> Path:
    """A book of a landing page and two chapters."""
    book = small_book(tmp_path / "two", "A chapter.")
    with (book / "_toc.yml").open("a", encoding="utf-8") as opened:
        opened.write("  - file: chapters/slow\n")
    slow = SMALL_CHAPTER.format(prose="```{code-cell} python\nimport_time = __import__('time').sleep(1.5)\n```")
    slow = slow.replace("publish(safety(load_cohort(cohort_path), level=confidence_level))", "load_cohort(cohort_path)")
    (book / "chapters" / "slow.md").write_text(slow.replace("publish, safety", "publish"), encoding="utf-8")
    return book


def test_killed_at_any_moment_the_next_build_is_right(two, tmp_path):
    reference = Path(shutil.copytree(two, tmp_path / "never killed"))
    build(cwd=reference)
    for seconds in (0.3, 1.5, 3.0, 4.5):
        started = subprocess.Popen([*COMMAND, "build"], cwd=two, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        helpers = psutil.Process(started.pid).children(recursive=True)
        os.kill(started.pid, signal.SIGKILL)
        started.wait()
        _, left = psutil.wait_procs(helpers, timeout=20)
        assert left == [], "kernels and renderer end with the build"
        change(two / "data" / "chen-2026" / "study.yml", "edition:", f"# {seconds}\nedition:")
    shutil.copy(reference / "data" / "chen-2026" / "study.yml", two / "data" / "chen-2026" / "study.yml")
    done = run("build", cwd=two)
    assert done.returncode == 0, done.stderr
    assert site(two) == site(reference)
    hidden = sorted(path.name for path in (two / "_build").iterdir())
    assert hidden == [".chen-2026.lock", ".chen-2026.state", ".chen-2026.work", "chen-2026"]


def test_a_second_build_of_the_folder_waits_and_says_so(two):
    first = subprocess.Popen([*COMMAND, "build"], cwd=two, stdout=subprocess.PIPE, text=True)
    time.sleep(1.0)
    second = run("build", cwd=two)
    out, _ = first.communicate()
    assert first.returncode == 0 and "chapters/slow" in out
    assert second.returncode == 0 and "another build of this folder is running; waiting for it to end" in second.stdout
    assert "nothing to execute" in second.stdout


def test_a_failing_chapter_stops_no_other_and_is_named(two):
    change(two / "chapters" / "small.md", "publish(safety", "publish(unsafety")
    done = run("build", cwd=two)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "chapters/small: failed" in done.stdout and "chapters/slow: " in done.stdout
    for words in ("chapters/small", "NameError", "unsafety", "The last good site is untouched"):
        assert words in done.stderr
    assert not (two / "_build" / "chen-2026").exists()


def test_no_state_leaks_from_chapter_to_chapter(two):
    leak = "import_leak = __import__('builtins').__dict__.setdefault('leaked', 0)\nassert not import_leak"
    for name in ("small", "slow"):
        path = two / "chapters" / f"{name}.md"
        cell = f"```{{code-cell}} python\n{leak}\n__import__('builtins').leaked = 1\n```\n"
        path.write_text(path.read_text(encoding="utf-8") + "\n" + cell, encoding="utf-8")
    done = run("build", "--jobs", "1", cwd=two)
    assert done.returncode == 0, done.stderr


def test_saved_while_chapters_run_the_build_is_refused_and_the_last_site_stays(two):
    assert run("build", cwd=two).returncode == 0
    before = tree(two / "_build" / "chen-2026")
    patients = two / "data" / "chen-2026" / "patients.csv"
    for name in ("small", "slow"):
        change(two / "chapters" / f"{name}.md", "confidence_level = 0.95", "confidence_level = 0.9")
    started = subprocess.Popen([*COMMAND, "build"], cwd=two, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in started.stdout:  # the slow chapter is still running
        if "chapters/small" in line or "rendering" in line:
            break
    change(patients, "R01,", "R77,")
    _, said = started.communicate()
    assert started.returncode == 1 and "changed while it was being built (patients.csv is changed)" in said
    assert tree(two / "_build" / "chen-2026") == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("plain", ["", "1"])
def test_a_stopped_build_says_so_and_leaves_no_process(two, number, plain):
    environment = {**os.environ, "LIVINGREVIEW_PLAIN_KERNELS": plain}
    change(two / "chapters" / "slow.md", "sleep(1.5)", "sleep(60)")
    started = subprocess.Popen(
        [*COMMAND, "build"], cwd=two, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for line in started.stdout:  # the quick chapter is done, the slow one sleeps
        if "chapters/small" in line:
            break
    helpers = psutil.Process(started.pid).children(recursive=True)
    started.send_signal(number)
    _, said = started.communicate(timeout=60)
    assert (started.returncode, said) == (128 + number, "stopped; the last good site is untouched\n")
    assert psutil.wait_procs(helpers, timeout=20)[1] == []
    assert sorted(path.name for path in (two / "_build").iterdir()) == [".chen-2026.lock", ".chen-2026.work"]


def test_when_the_process_that_starts_kernels_is_killed_the_chapters_run_again_in_plain_ones(two):
    started = subprocess.Popen([*COMMAND, "build"], cwd=two, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in started.stdout:
        if "chapters/small" in line:
            break
    for helper in psutil.Process(started.pid).children():
        if "kernel_server.py" in " ".join(helper.cmdline()):
            helper.kill()
    out, said = started.communicate()
    assert started.returncode == 0, said
    assert "the process that starts kernels was ended: what it was executing runs again in plain kernels" in out
    assert "chapters/slow: " in out and "failed" not in out
