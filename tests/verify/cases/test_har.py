"""Recordings of browsers: replayed on another side, whose tokens and ids are its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from flask2fastapi.errors import SourceError
from flask2fastapi.model.verification import Side
from flask2fastapi.verify.cases.har import har_cases
from flask2fastapi.verify.cases.redacting import redacted
from flask2fastapi.verify.cases.yaml_cases import yaml_cases
from flask2fastapi.verify.cases.yaml_writing import write_yaml
from flask2fastapi.verify.workers import Worker, WorkerSetup

from .recorded_app import APP, HOST, record

VISIT = [200, 302, 200, 201, 200, 204, 200, 200, 200]


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    return record(tmp_path_factory.mktemp("har") / "visit.har")


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    (folder / "shop.py").write_text(APP, "utf-8")
    with Worker.start(Side.BEFORE, WorkerSetup(folder, Path(sys.executable), "shop:app")) as started:
        yield started


def statuses(worker, case, seed="x"):
    return [answer.status for answer in worker.observe(case, seed=seed).answers]


def test_a_visit_is_replayed_with_tokens_and_ids_of_the_side(recording, worker):
    (case,) = har_cases(recording, group="one").cases

    first, second = (worker.observe(case, seed=seed) for seed in "ab")

    assert [answer.status for answer in first.answers] == [answer.status for answer in second.answers] == VISIT
    assert first.answers[4].body != second.answers[4].body
    assert json.loads(second.answers[8].body) == {"known": True}


def test_each_page_is_a_case_with_the_steps_that_it_depends_on(recording, worker):
    login, notes, api = har_cases(recording).cases

    assert [case.title for case in (login, notes, api)] == ["Log in", "Notes", "API"]
    assert [f"{step.method} {step.path}" for step in notes.steps][:3] == ["GET /login", "POST /login", "GET /notes"]
    assert statuses(worker, login) == VISIT[:2]
    assert statuses(worker, notes) == VISIT[:6]
    # all that was written before, which the page may show, but not what was only looked at
    assert [f"{step.method} {step.path}" for step in api.steps[:3]] == ["GET /login", "POST /login", "POST /notes"]
    assert [step.path for step in api.steps[4:]] == ["/tokens", "/me", "/me/check"]
    assert statuses(worker, api)[-3:] == VISIT[-3:]


def test_what_belongs_to_the_connection_is_left_out(recording):
    steps = har_cases(recording).cases[0].steps

    names = {name.lower() for step in steps for name, _ in step.headers}
    assert names & {"cookie", ":authority", "content-length", "host"} == set()
    assert ("Referer", "http://localhost/login") in steps[1].headers


def test_secrets_stay_out_of_yaml_and_come_from_the_environment(recording, worker, tmp_path):
    without = redacted(har_cases(recording).cases)
    file = tmp_path / "visit.yaml"
    file.write_text(write_yaml(without.cases, imported=True), "utf-8")

    text = file.read_text("utf-8")
    assert "correct" not in text
    assert text.count("User-Agent") == len(without.cases)
    assert "Content-Type" not in text
    assert "key-123" not in text
    assert "json: " in text or "json:\n" in text
    assert without.variables == {"PASSWORD": "correct horse", "API_KEY": "key-123-456"}
    cases = yaml_cases(file, environment=without.variables)
    assert [statuses(worker, case)[-1] for case in cases] == [302, 204, 200]
    with pytest.raises(SourceError, match=r"visit\.yaml:\d+: the environment has no variable PASSWORD"):
        yaml_cases(file, environment={})


def test_requests_to_other_hosts_are_left_out_and_said(recording, tmp_path):
    log = json.loads(recording.read_text("utf-8"))
    log["log"]["entries"][2]["request"]["url"] = "https://ads.example/pixel?id=1"
    other = tmp_path / "ads.har"
    other.write_text(json.dumps(log), "utf-8")

    found = har_cases(other, group="one")

    assert len(found.cases[0].steps) == len(VISIT) - 1
    assert found.notes[0] == "left out: 1 request to ads.example"
    assert [step.path for step in har_cases(other, hosts=["ads.example"]).cases[0].steps] == ["/pixel"]


def test_a_cookie_from_before_the_recording_stays_and_is_said(recording, tmp_path):
    log = json.loads(recording.read_text("utf-8"))
    log["log"]["entries"] = log["log"]["entries"][2:3]
    later = tmp_path / "later.har"
    later.write_text(json.dumps(log), "utf-8")

    found = har_cases(later)

    assert [name for name, _ in found.cases[0].steps[0].headers if name == "Cookie"] == ["Cookie"]
    assert "cookie session was set before the recording began" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"bad\.har:1: is not valid JSON"),
        ("[]", r"bad\.har: is not a HAR file"),
        ('{"log": {"entries": [{"request": {"url": "http://a/"}}]}}', r"bad\.har: log\.entries\[0\].*lacks 'method'"),
        ('{"log": {"entries": [7]}}', r"bad\.har: log\.entries\[0\] cannot be read"),
    ],
)
def test_what_is_no_recording_says_where(tmp_path, text, message):
    bad = tmp_path / "bad.har"
    bad.write_text(text, "utf-8")

    with pytest.raises(SourceError, match=message):
        har_cases(bad)


def test_the_host_is_not_sent(recording):
    assert HOST not in repr(har_cases(recording).cases)
