"""Productions of rules: what stands in ``@app.route(...)``, and paths that match it or nearly do."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from .writing import Scene, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

CONVERTERS: Table[tuple[str, str, list[str]]] = Table("converter")
SHARED = ["/", "/items", "/items/new", "/items/<name>", "/items/<int:number>", "/items/", "/<name>", "/<path:rest>"]
"""Rules on which several views may meet."""


@dataclass(frozen=True)
class Rule:
    """A rule, its variables with their kinds, and paths to ask for: the first one matches."""

    text: str
    variables: dict[str, str] = field(default_factory=dict)
    paths: tuple[str, ...] = ("/",)

    def below(self, prefix: Rule) -> Rule:
        """The rule of a view whose blueprint has a prefix."""
        paths = tuple(f"{prefix.paths[0]}{path}" for path in self.paths)
        others = tuple(f"{other}{self.paths[0]}" for other in prefix.paths[1:])
        return Rule(prefix.text + self.text, {**prefix.variables, **self.variables}, paths + others)


ROOT = Rule("", {}, ("",))


@CONVERTERS.add(10, "none")
def none(scene: Scene) -> tuple[str, str, list[str]]:
    return "", "text", ["a", "%C3%A9", "a%2Fb", "a%20b", "%FF", "1", "%3C"]


@CONVERTERS.add(8, "int")
def integer(scene: Scene) -> tuple[str, str, list[str]]:
    return "int:", "number", ["5", "007", "-5", "abc", "5.0", "%D9%A1", "0", "+5", "1_0"]


@CONVERTERS.add(2, "string")
def string(scene: Scene) -> tuple[str, str, list[str]]:
    return "string:", "text", ["a", "b.c", "%00"]


@CONVERTERS.add(2, "string with options")
def sized(scene: Scene) -> tuple[str, str, list[str]]:
    options = scene.pick(["length=2", "minlength=2", "maxlength=2", "minlength=1, maxlength=3"])
    return f"string({options}):", "text", ["ab", "a", "abcd", "%C3%A9%C3%A9"]


@CONVERTERS.add(3, "float")
def real(scene: Scene) -> tuple[str, str, list[str]]:
    return "float:", "number", ["1.5", "1", "-1.5", "1e3", "nan", "01.50", ".5"]


@CONVERTERS.add(3, "path")
def path(scene: Scene) -> tuple[str, str, list[str]]:
    return "path:", "text", ["a/b", "a", "a/", "a//b", "%2Fa", "a/../b"]


@CONVERTERS.add(2, "uuid")
def uuid(scene: Scene) -> tuple[str, str, list[str]]:
    plain = "12345678-1234-5678-1234-56781234abcd"
    return "uuid:", "data", [plain, plain.upper(), plain.replace("-", ""), "x"]


@CONVERTERS.add(2, "any")
def any_of(scene: Scene) -> tuple[str, str, list[str]]:
    return "any(one, two):", "text", ["one", "two", "three", "ONE"]


@CONVERTERS.add(2, "int with options")
def bounded(scene: Scene) -> tuple[str, str, list[str]]:
    options = scene.pick(["min=2", "max=6", "fixed_digits=3", "signed=True", "min=1, max=9"])
    return f"int({options}):", "number", ["5", "1", "7", "-5", "005", "10"]


def variable(scene: Scene, name: str) -> tuple[str, str, list[str]]:
    """``<int:name>``, the kind of its value, and texts for it."""
    converter, kind, samples = scene.take(CONVERTERS)
    return f"<{converter}{name}>", kind, samples


def rule(scene: Scene) -> Rule:
    """A rule of its own most often, now and then one that other views may share."""
    if scene.rarely(6):
        return _shared(scene.pick(SHARED))
    text, first, others = f"/{scene.name}", f"/{scene.name}", []
    variables: dict[str, str] = {}
    for name in scene.pick([[], ["number"], ["name", "number"]]):
        written, kind, samples = variable(scene, name)
        joint = scene.pick(["/", "/", "/", "/sub/", "-", "/v"])
        variables[name] = kind
        others = [f"{first}{joint}{sample}" for sample in samples[1:]] + [
            f"{each}{joint}{samples[0]}" for each in others
        ]
        text, first = text + joint + written, first + joint + samples[0]
    end = scene.pick(["", "", "/", "/end", ".json"])
    paths = [first + end, *(each + end for each in others)]
    return Rule(text + end, variables, (*paths, *_nearly(first + end)))


def _nearly(path: str) -> Iterator[str]:
    """Paths that differ in slashes."""
    yield path[:-1] if path.endswith("/") and path != "/" else f"{path}/"
    yield path.replace("/", "//")
    yield path.upper()


def _shared(text: str) -> Rule:
    names = {"<name>": ("name", "text", ["a", "new"]), "<int:number>": ("number", "number", ["5", "x", "007"])}
    names["<path:rest>"] = ("rest", "text", ["a/b", "items", "z"])
    for written, (name, kind, samples) in names.items():
        if written in text:
            paths = [text.replace(written, sample) for sample in samples]
            return Rule(text, {name: kind}, (*paths, *_nearly(paths[0])))
    return Rule(text, {}, (text, *_nearly(text)))


def mixed(rules: list[Rule], most: int) -> list[str]:
    """Paths of several rules, those that come first in each before the others."""
    rows = zip_longest(*(each.paths for each in rules))
    return list(dict.fromkeys(path for row in rows for path in row if path is not None))[:most]
