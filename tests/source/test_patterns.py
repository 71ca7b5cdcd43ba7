"""What a pattern names."""

from __future__ import annotations

import pytest

from flask2fastapi.patterns import matcher, rebase


@pytest.mark.parametrize(
    ("pattern", "named", "not_named"),
    [
        ("tests", ["tests/a.py", "shop/tests/a.py", "tests"], ["shop/mytests/a.py", "tests.py"]),
        ("tests/", ["shop/tests/a.py"], ["atests/a.py"]),
        ("/tests", ["tests/a.py"], ["shop/tests/a.py"]),
        ("./shop", ["shop/a.py"], ["x/shop/a.py"]),
        ("shop/a.py", ["shop/a.py"], ["x/shop/a.py", "shop/a.pyx"]),
        ("*.gen.py", ["a.gen.py", "x/y/b.gen.py"], ["gen.py", "a.gen.pyc"]),
        ("shop/*.py", ["shop/a.py"], ["shop/x/a.py"]),
        ("shop/**", ["shop/a.py", "shop/x/y.py"], ["shops/a.py"]),
        ("**/v1/*.py", ["v1/a.py", "api/x/v1/b.py"], ["api/v1/x/b.py"]),
        ("api/**/old.py", ["api/old.py", "api/a/b/old.py"], ["old.py"]),
        ("v?.py", ["v1.py"], ["v10.py", "v/.py"]),
        ("v[12].py", ["v1.py"], ["v3.py"]),
        ("v[!12].py", ["v3.py"], ["v1.py"]),
        ("v[]x].py", ["v].py", "vx.py"], ["v.py"]),
        ("v[1.py", ["v[1.py"], ["v1.py"]),
        ("a+b(c).py", ["a+b(c).py"], ["aab(c).py"]),
        ("shop\\a.py", ["shop/a.py"], ["a.py"]),
    ],
)
def test_patterns_read_as_in_gitignore(pattern: str, named: list[str], not_named: list[str]) -> None:
    """A folder stands for all below it; without a slash any depth counts, with one only the root."""
    matches = matcher(["nothing", pattern])

    assert [path for path in [*named, *not_named] if matches(path)] == named


def test_no_pattern_names_nothing() -> None:
    """Empty lists and empty patterns leave nothing out."""
    assert [matcher(patterns)("a.py") for patterns in ([], [""], ["/"])] == [False, False, False]


@pytest.mark.parametrize(
    ("pattern", "prefix", "expected"),
    [
        ("tests", "src", "tests"),
        ("src/legacy", "src", "/legacy"),
        ("src/*/old.py", "src/shop", "/old.py"),
        ("**/old.py", "src", "**/old.py"),
        ("docs/conf.py", "src", None),
        ("/src", "src", None),
        ("src/shop", "", "/src/shop"),
    ],
)
def test_a_pattern_is_read_from_the_folder_of_its_file(pattern: str, prefix: str, expected: str | None) -> None:
    """A configuration above PATH keeps its meaning; what names PATH itself gives way to the user, who asked for it."""
    assert rebase(pattern, prefix) == expected
