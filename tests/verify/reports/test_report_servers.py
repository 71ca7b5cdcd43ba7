"""What real servers showed is in every report."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from flask2fastapi.model.served import ServerFault, ServerRun
from flask2fastapi.verify.reports.document import document_text
from flask2fastapi.verify.reports.html_report import html_report
from flask2fastapi.verify.reports.junit import junit_report
from flask2fastapi.verify.reports.markdown import markdown_report
from flask2fastapi.verify.reports.terminal import print_verification

from . import examples

RUN = ServerRun(
    "gunicorn", "uvicorn", 20, 480, 8, (ServerFault("mixed", "GET /<me>", "c1", "", "is the answer to <GET /you>", 3),),
    (ServerFault("error", "GET /slow", "c2", "", "no answer"),), seconds=4.5,
)  # fmt: skip


def printed(run: ServerRun) -> str:
    file = StringIO()
    print_verification(Console(file=file, width=300), replace(examples.verification(), servers=run))
    return file.getvalue()


def test_html_shows_numbers_and_faults() -> None:
    text = html_report(replace(examples.verification(), servers=RUN))

    assert "<h2>Real servers, many clients</h2>" in text
    assert "480 to FastAPI, by 8 clients at once" in text
    assert "is the answer to &lt;GET /you&gt;" in text
    assert "Flask itself did so as well" in text
    assert "GET /&lt;me&gt;" in text


def test_markdown_lists_faults() -> None:
    text = markdown_report(replace(examples.verification(), servers=RUN))

    assert "### \u274c Real servers, many clients" in text
    assert "FastAPI: `uvicorn`" in text
    assert "- mixed: GET /\\<me\\>: is the answer to \\<GET /you\\> (3 times)" in text
    assert "- 1 fault more, which Flask itself shows with so many clients" in text


def test_json_counts_faults_by_kind() -> None:
    document = json.loads(document_text(replace(examples.verification(), servers=RUN)))

    assert document["summary"]["servers"] == {
        "verdict": "different",
        "requests": 480,
        "clients": 8,
        "faults": {"mixed": 3, "different": 0, "error": 0, "end": 0},
    }
    assert document["servers"]["faults"][0]["detail"] == "is the answer to <GET /you>"


def test_junit_fails_for_each_fault() -> None:
    root = ET.fromstring(junit_report(replace(examples.verification(), servers=RUN)))
    (suite,) = [each for each in root if each.get("name") == "Real servers, many clients"]

    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")


def test_the_terminal_sums_up() -> None:
    assert "over real servers: mixed: GET /<me>: is the answer to <GET /you> (3 times)" in printed(RUN)


@pytest.mark.parametrize("report", [html_report, markdown_report, document_text, junit_report])
def test_what_was_not_tried_says_why(report: object) -> None:
    assert callable(report)
    text = report(replace(examples.verification(), servers=ServerRun(skipped="uvicorn is not installed")))

    assert "uvicorn is not installed" in text


def test_without_servers_no_report_speaks_of_them() -> None:
    assert "Real servers" not in html_report(examples.verification())
    assert "Real servers" not in markdown_report(examples.verification())
