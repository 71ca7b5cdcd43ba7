"""The HTML report: one file that needs nothing, in which hostile answers are text, and noise is no difference."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from flask2fastapi.model.verification import Verdict, Verification
from flask2fastapi.verify.reports.html_report import html_report

from . import examples
from .examples import cluster, verification


class _Page(HTMLParser):
    """Start tags with their attributes, and the rows of comparisons as class and cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[tuple[str, list[str]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "tr":
            self.rows.append((attributes.get("class") or "", []))
        elif tag == "td" and self.rows:
            self.rows[-1][1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1][1]:
            self.rows[-1][1][-1] += data


def test_the_file_needs_nothing_and_forbids_itself_the_network() -> None:
    page = _Page(html_report(verification()))

    assert {tag for tag, _ in page.tags} & {"link", "img", "iframe", "object", "base"} == set()
    assert [attributes for tag, attributes in page.tags if tag == "script"] == [{}]
    assert not any({"src", "onclick", "onerror"} & attributes.keys() for _, attributes in page.tags)
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_hostile_answers_are_text() -> None:
    """No control sign, no element of an answer, and nothing that ends the script."""
    text = html_report(verification(), title="<b>shop</b>")

    assert text.count("</script>") == 1
    assert "alert(1)" in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)
    assert "&lt;b&gt;shop&lt;/b&gt;" in text
    assert text.encode("utf-8")


def test_noise_and_what_is_accepted_are_not_marked_as_different() -> None:
    rows = _Page(html_report(verification())).rows
    different = [cells for kind, cells in rows if kind == "d"]
    quiet = [cells for kind, cells in rows if kind == "q"]
    accepted = [cells for kind, cells in rows if kind == "a"]

    assert any('"price"' in cells[0] for cells in different)
    assert not any('"stamp"' in "".join(cells) or 'Not Found"' in "".join(cells) for cells in different)
    assert any('"stamp"' in cells[0] and cells[1].endswith("unstable-before") for cells in quiet)
    assert any('"Not Found"' in cells[1] and "accept 1" in cells[1] for cells in accepted)


def test_lines_of_one_place_stand_beside_each_other() -> None:
    rows = _Page(html_report(verification((examples.noisy_json(),)))).rows

    prices = [tuple(cell.strip() for cell in cells) for kind, cells in rows if kind == "d"]
    assert prices[:2] == [('"price": 2,', '"price": 3,'), ('"price": 4,', '"price": 6,')]


def test_the_table_row_that_differs_is_shown_by_column() -> None:
    rows = _Page(html_report(verification((examples.written(),)))).rows

    assert ("d", ["  title = 'a'", "  title = 'b'"]) in rows


def test_every_case_and_cause_can_be_filtered() -> None:
    whole = verification()
    items = [a for _, a in _Page(html_report(whole)).tags if "item" in (a.get("class") or "").split()]

    assert len(items) == len(whole.cases) + len(whole.clusters)
    assert {a["data-v"] for a in items} == {verdict.value for verdict in Verdict}
    assert {"books.item", "books.delete"} <= {a["data-r"] for a in items}


@pytest.mark.parametrize("count", [400, 5000])
def test_the_file_stays_small(count: int) -> None:
    """400 cases that all differ, each in its own way, fit into 1 MB; more say how to replay them."""
    makers = (examples.noisy_json, examples.hostile_page, examples.binary, examples.lost_guard, examples.sequence)
    made = [maker() for maker in makers]
    cases = []
    for number in range(count):
        result = made[number % len(made)]
        assert result.before is not None
        body = b"\n".join(b"%d line %d" % (number, line) for line in range(60))
        answers = tuple(replace(answer, body=body) for answer in result.before.answers)
        before = replace(result.before, answers=answers)
        cases.append(replace(result, case=replace(result.case, id=f"{result.case.id}-{number}"), before=before))
    whole = Verification(tuple(cases), tuple(map(cluster, cases)), ())

    text = html_report(whole)

    assert len(text.encode()) < (1_000_000 if count == 400 else 3_000_000)
    assert "Left out to keep this file small" in text
    assert text.count('class="item case"') == count


def test_causes_that_one_case_shows_stand_together() -> None:
    """Both answers are there once, with all places in which they differ."""
    whole = verification((examples.lost_guard(),))
    (first,) = whole.clusters
    second = replace(first, id="other", difference=replace(first.difference, where="table:main.book"))

    text = html_report(replace(whole, clusters=(first, second)))

    assert text.count('class="item cause') == 1
    assert text.count('class="where"') == 2
    assert "2 causes of differences" in text


def test_an_empty_verification_has_a_page() -> None:
    assert "None." in html_report(Verification((), (), ()))
