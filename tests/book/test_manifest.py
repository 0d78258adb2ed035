"""What is published of observed data holds no digest that could be tried, and no name of a file."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
from pathlib import Path

import pytest

from livingreview.cohort.files import file_hashes, fingerprint
from livingreview.cohort.key import KEY_FILE, keyed

SHOWN = 12  # how many digits of a hash pages show; an attacker needs no more
DIGESTS = (hashlib.sha256, hashlib.sha1, hashlib.md5, hashlib.sha512, hashlib.blake2b)


@pytest.fixture(scope="module")
def observed(built_observed) -> tuple[Path, Path]:
    """The demo as if its patients had been observed, beside files that nobody asked for: the folder and its build."""
    return built_observed / "centre", built_observed / "out"


def published(out: Path) -> dict[str, str]:
    return {path.relative_to(out).as_posix(): path.read_text("latin-1") for path in out.rglob("*") if path.is_file()}


def spellings(digest: bytes) -> list[str]:
    """The beginnings of a digest as a page could show it, lower case."""
    hexadecimal = digest.hex()
    tens = [
        base64.b64encode(digest).decode(),
        base64.urlsafe_b64encode(digest).decode(),
        base64.b32encode(digest).decode(),
    ]
    return [text[:SHOWN].lower() for text in (hexadecimal, *tens)]


def tries(folder: Path) -> dict[str, str]:
    """Every digest an attacker with the files would try, by how it is spelled."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != KEY_FILE)
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    messages = {name: content for name, content in contents.items()}
    for many in (2, 3, len(contents)):
        for names in itertools.combinations(contents, many):
            messages[" + ".join(names)] = b"".join(contents[name] for name in names)
    hashes = file_hashes(folder)
    for many in (1, 2, len(hashes)):
        for names in itertools.combinations(hashes, many):
            joined = {name: hashes[name] for name in names}
            messages[f"fingerprint of {names}"] = "".join(f"{d}  {n}\n" for n, d in joined.items()).encode()
            messages[f"hashes of {names}"] = "".join(joined.values()).encode()
    found = {}
    for name, message in messages.items():
        for digest in DIGESTS if name in contents else DIGESTS[:1]:
            for text in spellings(digest(message).digest()):
                found[text] = f"{digest.__name__} of {name}"
    return found


def windows(texts: dict[str, str]) -> dict[str, str]:
    """Every run of letters that could be the beginning of a digest, and the file it stands in."""
    found = {}
    for name, text in texts.items():
        for run_ in re.finditer(rf"[0-9A-Za-z+/_-]{{{SHOWN},}}", text):
            letters = run_.group().lower()
            for at in range(min(len(letters), 400) - SHOWN + 1):
                found[letters[at : at + SHOWN]] = name
    return found


def test_no_digest_of_a_file_alone_or_joined_is_published(observed):
    folder, out = observed
    tried, shown = tries(folder), windows(published(out))
    assert len(tried) > 1000
    assert {tried[text]: shown[text] for text in tried.keys() & shown.keys()} == {}


def test_the_search_above_finds_a_plain_hash(observed):
    folder, _ = observed
    digest = hashlib.sha256((folder / "flow.csv").read_bytes())
    for text in (digest.hexdigest(), digest.hexdigest()[:SHOWN], base64.b64encode(digest.digest()).decode()):
        shown = windows({"page": f"<code>{text}</code>"})
        assert tries(folder).keys() & shown.keys()


def test_the_hash_that_pages_cite_is_keyed_and_stands_on_them(observed):
    folder, out = observed
    key = bytes.fromhex((folder / KEY_FILE).read_text(encoding="ascii"))
    expected = keyed(key, "data", fingerprint(file_hashes(folder)))
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["data"] == expected
    about = (out / "html" / "chapters" / "about.html").read_text(encoding="utf-8")
    assert about.count(expected) >= 2  # the table of facts, and the citation
    assert [name for name, text in published(out).items() if key.hex()[:SHOWN] in text.lower()] == []


def test_no_unknown_file_is_named(observed):
    _, out = observed
    texts = {name: text.lower() for name, text in published(out).items()}
    assert [name for name, text in texts.items() if "zq" in text and re.search("zqlist|zqdoe|zqbiopsy", text)] == []


def test_the_manifest_has_no_inputs_and_says_what_was_done(observed):
    _, out = observed
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(manifest) == ["data", "executed", "reused", "seconds", "versions"]
    assert "chapters/safety" in manifest["executed"]


def test_what_is_remembered_is_beside_the_output_for_its_owner_alone(observed):
    _, out = observed
    state = out.with_name(".out.state")
    assert state.stat().st_mode & 0o777 == 0o700
    assert [(path.name, path.stat().st_mode & 0o777) for path in state.iterdir()] == [("last.json", 0o600)]
    assert sorted(path.name for path in out.parent.iterdir()) == [
        ".out.lock",
        ".out.state",
        ".out.work",
        "centre",
        "out",
    ]
