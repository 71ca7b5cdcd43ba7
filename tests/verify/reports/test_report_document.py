"""The JSON report holds everything, and is read back as what it was."""

from __future__ import annotations

import json

import pytest

from flask2fastapi.errors import SourceError
from flask2fastapi.verify.reports.document import document_text, verification_document
from flask2fastapi.verify.reports.reading import find_case, new_since, read_document, read_report

from .examples import everything, verification


def test_what_is_written_is_read_back_equal() -> None:
    """Bytes that are no text, lone surrogates, sets, enumerations and nested examples survive."""
    whole = everything()

    assert read_document(document_text(whole)) == whole


def test_the_summary_counts() -> None:
    summary = verification_document(verification())["summary"]

    assert summary["verdicts"]["different"] == 7
    assert summary["lost_guards"] == ["c-guard1"]
    assert summary["not_verified"] == ["books.delete", "report"]


def test_keys_of_later_releases_are_left_out() -> None:
    document = verification_document(verification())
    document["later"] = {"a": 1}
    document["cases"][0]["case"]["later"] = True

    assert read_document(json.dumps(document)) == verification()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema_version": 99}, "version 99"),
        ({"schema_version": None}, "no version"),
        ({"cases": [{"verdict": "identical"}]}, "damaged"),
        ({"cases": 3}, "damaged"),
        ({"seconds": "long"}, "damaged"),
    ],
)
def test_what_is_no_report_is_refused(change: dict[str, object], said: str) -> None:
    text = json.dumps({**verification_document(verification()), **change})

    with pytest.raises(SourceError, match=said):
        read_document(text)


def test_a_file_that_is_no_report_is_named(tmp_path) -> None:
    file = tmp_path / "report.json"
    file.write_text("<html>")

    with pytest.raises(SourceError, match=r"report\.json: not a report"):
        read_report(file)


def test_a_case_is_found_by_cluster_by_id_and_by_beginning() -> None:
    whole = verification()

    assert find_case(whole, "c-guard1") == find_case(whole, "guard1") == find_case(whole, "gua")
    assert find_case(whole, "nothing") is None
    assert find_case(whole, "") is None


def test_what_is_new_since_an_earlier_report() -> None:
    whole = verification()
    earlier = verification(whole.cases[1:])

    assert [cluster.id for cluster in new_since(whole, earlier)] == ["c-guard1"]
