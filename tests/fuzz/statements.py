"""Productions of the statements of a view, before it returns."""

from __future__ import annotations

from .inputs import INPUTS
from .outputs import ABORTS, leave
from .values import text, value
from .writing import Scene, Table

STATEMENTS: Table[list[str]] = Table("statement")


def indented(lines: list[str]) -> list[str]:
    """A block one level deeper."""
    return [f"    {line}" if line else line for line in lines]


def read_input(scene: Scene) -> tuple[str, str]:
    """An expression that reads the request, and its kind."""
    return scene.take(INPUTS)


def block(scene: Scene) -> list[str]:
    """One or two statements, in a block: what they define is not seen after it."""
    scope = list(scene.scope)
    scene.depth += 1
    lines = [line for _ in range(scene.pick([1, 1, 2])) for line in statement(scene)]
    scene.depth -= 1
    scene.scope = scope
    return indented(lines)


def statement(scene: Scene) -> list[str]:
    """A statement; a plain assignment where blocks are deep."""
    return scene.take(STATEMENTS) if scene.depth < 3 else assign_input(scene)


def condition(scene: Scene) -> str:
    """Something to branch on."""
    known = scene.known("data", "text", "number")
    forms = ["not {0}", "{0}", "{0} is None", "{0} == 'a'", "str({0}) > '1'", "{0} and len(str({0})) > 2"]
    if not known or scene.rarely(5):
        request = scene.flask("request")
        return scene.pick(
            [f'{request}.method == "POST"', f"{request}.is_json", f"{request}.args", f'"x" in {request}.args']
        )
    return scene.pick(forms).format(scene.pick(known))


@STATEMENTS.add(20, "input")
def assign_input(scene: Scene) -> list[str]:
    read, kind = read_input(scene)
    return [f"{scene.fresh(kind)} = {read}"]


@STATEMENTS.add(5, "value")
def assign_value(scene: Scene) -> list[str]:
    made = value(scene)
    return [f"{scene.fresh('data')} = {made}"]


@STATEMENTS.add(3, "text")
def assign_text(scene: Scene) -> list[str]:
    made = text(scene)
    return [f"{scene.fresh('text')} = {made}"]


@STATEMENTS.add(8, "guard that aborts")
def guard(scene: Scene) -> list[str]:
    return [f"if {condition(scene)}:", *indented(scene.take(ABORTS))]


@STATEMENTS.add(6, "guard that returns")
def early(scene: Scene) -> list[str]:
    return [f"if {condition(scene)}:", *indented(leave(scene))]


@STATEMENTS.add(4, "if else")
def branches(scene: Scene) -> list[str]:
    test = condition(scene)
    first, second = block(scene), block(scene)
    middle = [f"elif {condition(scene)}:", "    pass"] if scene.rarely(3) else []
    return [f"if {test}:", *first, *middle, "else:", *second]


@STATEMENTS.add(4, "method branch")
def by_method(scene: Scene) -> list[str]:
    scene.methods = ["GET", "POST"]
    request = scene.flask("request")
    scope = list(scene.scope)
    inner = indented([*statement(scene), *leave(scene)])
    scene.scope = scope
    return [f'if {request}.method == "POST":', *inner]


@STATEMENTS.add(4, "try int")
def converted(scene: Scene) -> list[str]:
    known = scene.known("text", "data")
    source = scene.pick(known) if known else '"5"'
    caught = scene.pick(["ValueError", "(ValueError, TypeError)", "Exception", ""])
    handler = scene.pick([scene.take(ABORTS), ["pass"], leave(scene)])
    name = scene.fresh("number")
    return [
        f"{name} = 0",
        "try:",
        f"    {name} = int({source})",
        f"except {caught}:".replace(" :", ":"),
        *indented(handler),
    ]


@STATEMENTS.add(3, "try around statements")
def tried(scene: Scene) -> list[str]:
    body = block(scene)
    caught = scene.pick(["KeyError", "Exception", "ValueError as error", "Exception as error"])
    end = scene.pick([[], ["finally:", "    pass"], ["else:", "    pass"]])
    return ["try:", *body, f"except {caught}:", *indented(leave(scene)), *end]


@STATEMENTS.add(3, "for")
def loop(scene: Scene) -> list[str]:
    over = scene.pick(["range(3)", '["a", "b"]', "sorted({2, 1})", scene.request("args"), '{"a": 1}.items()'])
    name = scene.fresh("data")
    test = scene.pick(["", "if str(each) == '1':\n    continue", "if str(each) == 'b':\n    break"]).split("\n")
    lines = indented(test) if test != [""] else []
    return [
        f"{name} = []",
        f"for each in {over}:",
        *lines,
        f"    {name}.append({scene.pick(['each', 'str(each)', '[each]'])})",
    ]


@STATEMENTS.add(2, "with")
def context(scene: Scene) -> list[str]:
    use = scene.module.use
    manager = scene.pick(
        [
            f"{use('from contextlib import nullcontext', 'nullcontext')}()",
            f"{use('from contextlib import suppress', 'suppress')}(KeyError)",
            f"{use('import threading', 'threading')}.Lock()",
        ]
    )
    return [f"with {manager}:", *block(scene)]


@STATEMENTS.add(3, "walrus")
def walrus(scene: Scene) -> list[str]:
    read, _ = read_input(scene)
    name = scene.fresh("data")
    ending = scene.pick([scene.take(ABORTS), ["pass"]])
    return [f"if not ({name} := {read}):", *indented(ending)]


@STATEMENTS.add(3, "comprehension over input")
def comprehension(scene: Scene) -> list[str]:
    scene.queries.add("x")
    source = scene.pick(['request.args.getlist("x")', "request.args", "request.headers.getlist('Accept')", "range(2)"])
    source = source.replace("request.", scene.request(""), 1)
    form = scene.pick(["[each for each in {0}]", "{{str(each): 1 for each in {0}}}", "sum(1 for each in {0})"])
    return [f"{scene.fresh('data')} = {form.format(source)}"]


@STATEMENTS.add(3, "nested function")
def nested(scene: Scene) -> list[str]:
    read, _ = read_input(scene)
    head = scene.pick(["def inner():", "def inner(more=1):"])
    return [head, f"    return {read}", "", f"{scene.fresh('data')} = inner()"]


@STATEMENTS.add(2, "lambda")
def small(scene: Scene) -> list[str]:
    read, _ = read_input(scene)
    return [f"{scene.fresh('data')} = (lambda: {read})()"]


@STATEMENTS.add(3, "helper that reads the request")
def helper_reads(scene: Scene) -> list[str]:
    scene.queries.add("page")
    request = scene.flask("request")
    scene.module.define(
        "page_of", "def page_of(default=1):", f'    return {request}.args.get("page", default, type=int)'
    )
    return [f"{scene.fresh('number')} = page_of({scene.pick(['', '2', 'default=3'])})"]


@STATEMENTS.add(3, "helper that aborts")
def helper_aborts(scene: Scene) -> list[str]:
    abort = scene.flask("abort")
    scene.module.define(
        "need", "def need(value):", "    if not value:", f'        {abort}(400, "needed")', "    return value"
    )
    known = scene.known("data", "text", "number")
    source = scene.pick(known) if known else "1"
    return [f"{scene.fresh('data')} = need({source})"]


@STATEMENTS.add(3, "state of the module")
def state(scene: Scene) -> list[str]:
    scene.module.define("SEEN", "SEEN = []")
    known = scene.known("data", "text", "number")
    line = f"SEEN.append({scene.pick(known) if known else 1})"
    return [line, f"{scene.fresh('number')} = len(SEEN)"]


@STATEMENTS.add(2, "custom exception")
def custom(scene: Scene) -> list[str]:
    scene.module.define("Odd", "class Odd(Exception):", '    """Something is odd."""')
    return [f"if {condition(scene)}:", f"    raise Odd({text(scene)})"]


@STATEMENTS.add(2, "error of Python")
def crash(scene: Scene) -> list[str]:
    known = scene.known("data", "text")
    source = scene.pick(known) if known else '"x"'
    form = scene.pick(
        ["int({0})", '{{"a": 1}}[{0}]', "assert {0}", "[][len(str({0}))]", "{0}.nothing", "1 // len(str({0}))"]
    )
    return [f"if {condition(scene)}:", f"    {form.format(source)}"]


@STATEMENTS.add(2, "augmented assignment")
def augmented(scene: Scene) -> list[str]:
    known = scene.known("number")
    if not known:
        return [f"{scene.fresh('number')} = 3"]
    name = scene.pick(known)
    return [f"{name} {scene.pick(['+=', '*=', '-='])} 2"]


@STATEMENTS.add(2, "unpacking")
def unpacked(scene: Scene) -> list[str]:
    read, kind = read_input(scene)
    other = value(scene)
    return [f"{scene.fresh(kind)}, {scene.fresh('data')} = {read}, {other}"]


@STATEMENTS.add(2, "match")
def matched(scene: Scene) -> list[str]:
    known = scene.known("data", "text")
    subject = scene.pick(known) if known else '"a"'
    return [
        f"match {subject}:",
        '    case "a" | None:',
        *indented(indented(leave(scene))),
        "    case _:",
        "        pass",
    ]


@STATEMENTS.add(2, "g")
def set_g(scene: Scene) -> list[str]:
    return [f"{scene.flask('g')}.user = {value(scene)}"]


@STATEMENTS.add(1, "session")
def set_session(scene: Scene) -> list[str]:
    session = scene.flask("session")
    return [scene.pick([f'{session}["user"] = "u"', f'{session}.pop("user", None)', f"{session}.permanent = True"])]


@STATEMENTS.add(1, "after_this_request")
def after_this(scene: Scene) -> list[str]:
    decorator = f"@{scene.flask('after_this_request')}"
    return [decorator, "def mark(response):", '    response.headers["X-Mark"] = "1"', "    return response", ""]


@STATEMENTS.add(1, "flash")
def flash(scene: Scene) -> list[str]:
    return [f"{scene.flask('flash')}({text(scene)})"]


@STATEMENTS.add(2, "comment")
def comment(scene: Scene) -> list[str]:
    return [scene.pick(["# why: it is so", "#no space", '"""a string"""', "..."]), *assign_input(scene)]
