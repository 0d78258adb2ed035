"""What runs elsewhere in our name: pinned, without rights it does not need, and deployed by a job that runs nothing of ours."""

from __future__ import annotations

import re

import pytest
import yaml

from support import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def steps(job: dict) -> list[dict]:
    return job["steps"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_and_rights_are_asked_for_by_each_job(path):
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action) and re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action
    flow = yaml.safe_load(text)
    assert flow["permissions"] == {}
    for name, job in flow["jobs"].items():
        rights = job["permissions"]
        assert rights == {"contents": "read"} or not any("run" in step for step in steps(job)), name
        assert job["timeout-minutes"] <= 60
        checked_out = [step for step in steps(job) if "checkout" in step.get("uses", "")]
        assert all(step["with"]["persist-credentials"] is False for step in checked_out)


def test_the_job_that_deploys_runs_only_the_action_that_deploys():
    flow = yaml.safe_load((ROOT / ".github" / "workflows" / "publish.yml").read_text(encoding="utf-8"))
    (step,) = steps(flow["jobs"]["deploy"])
    assert step["uses"].startswith("actions/deploy-pages@")
    assert flow["jobs"]["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
