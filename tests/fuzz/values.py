"""Productions of expressions: text, and what JSON has."""

from __future__ import annotations

from .writing import Scene, Table

TEXTS: Table[str] = Table("text")
VALUES: Table[str] = Table("value")
LITERALS = ['"ok"', '"é"', "\"<b>&'x'\"", '""', '"%s"', '"a\\nb"']


@TEXTS.add(6, "literal")
def literal(scene: Scene) -> str:
    return scene.pick(LITERALS)


@TEXTS.add(6, "f-string")
def formatted(scene: Scene) -> str:
    known = scene.known("text", "number", "data")
    return f'f"got {{{scene.pick(known)}}}"' if known else 'f"got nothing"'


@TEXTS.add(3, "variable")
def variable(scene: Scene) -> str:
    known = scene.known("text")
    return scene.pick(known) if known else '"none"'


@TEXTS.add(3, "operators")
def operators(scene: Scene) -> str:
    known = scene.known("text", "number", "data")
    name = scene.pick(known) if known else "1"
    forms = [
        '"got " + str({0})',
        '"got %s" % ({0},)',
        '"got {{}}".format({0})',
        "str({0})",
        "repr({0})",
        '"-".join(["a", str({0})])',
    ]
    return scene.pick(forms).format(name)


@TEXTS.add(2, "call of a helper")
def helped(scene: Scene) -> str:
    scene.module.define("greet", "def greet(name):", '    return f"hello {name}"')
    known = scene.known("text", "number", "data")
    return f"greet({scene.pick(known)})" if known else 'greet("you")'


@VALUES.add(6, "literal")
def scalar(scene: Scene) -> str:
    return scene.pick(["1", '"a"', "None", "True", "1.5", '"é"', "10**20", "1e300", "-0.0"])


@VALUES.add(8, "variable")
def held(scene: Scene) -> str:
    known = scene.known("text", "number", "data")
    return scene.pick(known) if known else "0"


@VALUES.add(2, "containers")
def container(scene: Scene) -> str:
    inner = value(scene) if scene.depth < 3 else "1"
    return scene.pick(["[{0}]", '{{"k": {0}}}', "[1, {0}]", "({0}, 2)", "[]", "{{}}"]).format(inner)


@VALUES.add(2, "operators")
def arithmetic(scene: Scene) -> str:
    known = scene.known("number")
    name = scene.pick(known) if known else "3"
    return scene.pick(
        ["{0} + 1", "{0} * 2", "{0} // 2", "-{0}", "{0} > 1", "not {0}", "{0} if {0} else None", "{0} or 7"]
    ).format(name)


@VALUES.add(2, "comprehension")
def comprehension(scene: Scene) -> str:
    return scene.pick(
        ["[n * 2 for n in range(3)]", "{str(n): n for n in range(2)}", "sorted({3, 1})", "list(range(2))"]
    )


@VALUES.add(2, "call of a helper")
def computed(scene: Scene) -> str:
    scene.module.define("wrap", "def wrap(value):", '    return {"wrapped": value}')
    known = scene.known("text", "number", "data")
    return f"wrap({scene.pick(known)})" if known else "wrap(None)"


@VALUES.add(2, "module constant")
def constant(scene: Scene) -> str:
    scene.module.define("LIMITS", 'LIMITS = {"low": 1, "high": [2, 3]}')
    return scene.pick(["LIMITS", 'LIMITS["low"]', "len(LIMITS)", 'LIMITS.get("none")'])


@VALUES.add(2, "what Flask's JSON knows")
def rich(scene: Scene) -> str:
    use = scene.module.use
    rich_values = [
        f"{use('from datetime import datetime', 'datetime')}(2024, 1, 2, 3, 4, 5)",
        f"{use('from decimal import Decimal', 'Decimal')}('1.10')",
        f"{use('from datetime import date', 'date')}(2024, 1, 2)",
        f"{use('from uuid import UUID', 'UUID')}(int=5)",
        'float("nan")',
        'float("inf")',
    ]
    return scene.pick(rich_values)


@VALUES.add(1, "what no JSON knows")
def unknown(scene: Scene) -> str:
    return scene.pick(['{"a"}', 'b"x"', "object", "1j"])


def text(scene: Scene) -> str:
    """An expression that is a string."""
    return scene.take(TEXTS)


def value(scene: Scene) -> str:
    """An expression that is data; now and then something that JSON does not have."""
    scene.depth += 1
    made = scene.take(VALUES)
    scene.depth -= 1
    return made


def pairs(scene: Scene) -> list[tuple[str, str]]:
    """Keys of an object with their values, one to three."""
    keys = ["a", "b", "ok", "_sa_x", "Z"]
    count = scene.pick([1, 1, 2, 3])
    return [(scene.pick(keys[n:]), value(scene)) for n in range(count)]


def mapping(scene: Scene) -> str:
    """A dictionary display."""
    found = [f'"{key}": {each}' for key, each in dict(pairs(scene)).items()]
    if scene.rarely(30):
        found.append(scene.pick(['1: "one"', 'None: "none"', '**{"more": 1}']))
    return "{" + ", ".join(found) + "}"
