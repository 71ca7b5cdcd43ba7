"""Reports for machines: JUnit, SARIF, markdown, and which is written under which name."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flask2fastapi.errors import ConfigError, SourceError
from flask2fastapi.verify.reports.junit import junit_report
from flask2fastapi.verify.reports.markdown import LONGEST, code, markdown_report
from flask2fastapi.verify.reports.reading import read_report
from flask2fastapi.verify.reports.sarif import sarif_report
from flask2fastapi.verify.reports.writing import Naming, report_kind, write_report

from .examples import HOSTILE, cluster, noisy_json, verification

if TYPE_CHECKING:
    from pathlib import Path

HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


def test_junit_has_a_test_for_each_case_of_each_route() -> None:
    whole = verification()
    root = ET.fromstring(junit_report(whole))
    tests = {test.get("name", ""): test for test in root.iter("testcase")}

    assert len(tests) == len(whole.cases) + 1
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("14", "7", "1")
    assert [each.tag for each in tests["GET /dice [flaky1]"]] == ["skipped"]
    assert [each.tag for each in tests["GET /slow [crash1]"]] == ["error"]
    assert list(tests["GET /books/x [accept1]"]) == list(tests["GET /books/1 [same1]"]) == []
    lost = tests["POST /books/7/delete [guard1]"]
    failure = lost.find("failure")
    assert failure is not None
    assert (lost.get("classname"), lost.get("file"), lost.get("line")) == ("books.delete", "shop/views.py", "12")
    assert failure.get("type") == "lost guard"
    assert "curl" in (failure.text or "")
    assert "--replay c-guard1" in (failure.text or "")
    missing = tests["GET is exercised"].find("skipped")
    assert missing is not None
    assert "give --login" in missing.get("message", "")


def test_junit_holds_hostile_texts() -> None:
    text = junit_report(verification())

    ET.fromstring(text.encode("utf-8"))
    assert not HIDDEN.search(text)


def test_sarif_has_what_the_standard_and_code_hosts_want() -> None:
    """The properties that SARIF 2.1.0 requires, and those without which annotations are refused."""
    whole = verification()
    log = json.loads(sarif_report(whole))
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]

    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["name"] == "flask2fastapi"
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == len(whole.clusters) + 1
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["region"]["startLine"] >= 1
        assert not place["artifactLocation"]["uri"].startswith("/")
    assert len({str(result["partialFingerprints"]) for result in run["results"]}) == len(run["results"])


def test_sarif_says_lost_guards_at_the_handler_first() -> None:
    first = json.loads(sarif_report(verification()))["runs"][0]["results"][0]

    assert (first["ruleId"], first["level"]) == ("lost-guard", "error")
    place = first["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("shop/views.py", 12)


def test_sarif_puts_what_has_no_handler_at_the_entry() -> None:
    whole = verification()
    lost = replace(whole, clusters=tuple(replace(each, handler="") for each in whole.clusters))
    results = json.loads(sarif_report(lost, "web/asgi.py"))["runs"][0]["results"]

    places = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    assert places == {"web/asgi.py"}


def test_markdown_starts_with_the_lost_guard() -> None:
    text = markdown_report(verification(), title="shop")

    assert text.startswith("## ❌ shop: not the same: there are differences\n")
    assert "> [!CAUTION]\n> 1 lost guard: `books.delete`" in text
    assert text.index("lost guard: `books.delete`") < text.index("blocker: `theme`")
    assert '-      "price": 2,\n+      "price": 3,\n       "stamp"' in text
    assert "| `report` | GET |" in text


def test_markdown_is_cut_to_the_length_of_a_comment_and_says_so() -> None:
    result = noisy_json()
    named = (replace(result, case=replace(result.case, id=f"{number}")) for number in range(3000))
    many = tuple(map(cluster, named))
    text = markdown_report(verification((result,), clusters=many))

    assert len(text) <= LONGEST
    found = re.search(r"_Cut to fit into a comment: (\d+) more causes", text)
    assert found is not None
    assert int(found.group(1)) + text.count("\n### ") == 3000


def test_markdown_leaves_hostile_texts_in_code() -> None:
    hostile = "`" * 4 + HOSTILE + "@everyone <!-- | #1"
    text = markdown_report(verification(notes=(hostile,)), title=hostile)
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", re.sub(r"(?ms)^(`{3,})\w*$.*?^\1$", "", text))

    assert not HIDDEN.search(text)
    assert "<script" not in outside.replace("\\<", "")
    assert "@everyone" not in outside


def test_code_survives_backticks() -> None:
    assert code("a`b") == "`` a`b ``"
    assert code("a``b`") == "``` a``b` ```"


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.json", '{\n "schema_version"'),
        ("a.html", "<!doctype html>"),
        ("a.xml", "<?xml"),
        ("a.sarif", '{\n "$schema"'),
        ("a.sarif.json", '{\n "$schema"'),
        ("A.MD", "## "),
        ("test_a.py", '"""Differences'),
    ],
)
def test_the_name_says_which_report_is_written(tmp_path: Path, name: str, start: str) -> None:
    file = tmp_path / name
    file.write_text("old")

    write_report(verification(), file, Naming(title="shop"))

    assert file.read_text("utf-8").startswith(start)
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_written_report_is_read_back(tmp_path: Path) -> None:
    write_report(verification(), tmp_path / "a.json")

    assert read_report(tmp_path / "a.json") == verification()


def test_other_names_and_folders_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"a\.pdf: neither one of html, junit, .* that ends with one of \.sarif"):
        report_kind(tmp_path / "a.pdf")
    with pytest.raises(SourceError, match="cannot be written: No such file"):
        write_report(verification(), tmp_path / "missing" / "a.json")
