"""Make frozen facts of what was seen while the program was followed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flask2fastapi.index.flavours import Flavour, flavour_of
from flask2fastapi.index.ready import is_ready, ready_prefix
from flask2fastapi.index.recorder import function_of
from flask2fastapi.index.values import Class, Const, Foreign, RouteOwner, Value, string
from flask2fastapi.model.facts import AppFact, BlueprintFact, FactoryCall, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask2fastapi.index.recorder import Construction
    from flask2fastapi.index.values import Arguments, FunctionNode
    from flask2fastapi.index.world import World
    from flask2fastapi.model.facts import Scalar

_FLASK = {"flask.Flask", "flask.app.Flask"}


def app_facts(world: World) -> tuple[AppFact, ...]:
    """All applications, in the order in which they are constructed."""
    aliases = _aliases(world)
    return tuple(_app(world, made, aliases) for made in world.recorder.constructions.values() if made.owner.is_app)


def blueprint_facts(world: World) -> tuple[BlueprintFact, ...]:
    """All blueprints, and what holds routes as they do."""
    return tuple(_blueprint(made) for made in world.recorder.constructions.values() if not made.owner.is_app)


def parameters_of(node: FunctionNode | ast.Lambda) -> tuple[Parameter, ...]:
    """The parameters of a function in order, ``self`` included."""
    signature = node.args
    positional = [*signature.posonlyargs, *signature.args]
    required = len(positional) - len(signature.defaults)
    found = [
        _parameter(
            arg,
            signature.defaults[index - required] if index >= required else None,
            "positional_only" if arg in signature.posonlyargs else "positional_or_keyword",
        )
        for index, arg in enumerate(positional)
    ]
    if signature.vararg:
        found.append(_parameter(signature.vararg, None, "var_positional"))
    found += [
        _parameter(arg, default, "keyword_only")
        for arg, default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True)
    ]
    if signature.kwarg:
        found.append(_parameter(signature.kwarg, None, "var_keyword"))
    return tuple(found)


def literals(arguments: Mapping[str, Value]) -> dict[str, Scalar]:
    """The keyword arguments that are literals."""
    return {
        name: value.value
        for name, value in arguments.items()
        if isinstance(value, Const) and not isinstance(value.value, bytes)
    }


def _parameter(arg: ast.arg, default: ast.expr | None, kind: str) -> Parameter:
    annotation = ast.unparse(arg.annotation) if arg.annotation else None
    required = default is None and not kind.startswith("var_")
    return Parameter(arg.arg, required, kind, annotation, ast.unparse(default) if default is not None else None)


def _app(world: World, made: Construction, aliases: dict[str, list[str]]) -> AppFact:
    owner, module = made.owner, made.scope.module
    factory = function_of(made.scope)
    node = next((f.node for f in world.functions if f.key == factory), None)
    arguments = owner.arguments
    given = arguments.get(0, "import_name") if arguments else None
    return AppFact(
        key=owner.key,
        module=module.name,
        path=module.path,
        span=module.span(made.node),
        variable=made.variable,
        factory=factory,
        factory_parameters=parameters_of(node) if node is not None else (),
        flask_class=owner.cls.key.replace(":", ".") if owner.cls else owner.class_name,
        overrides=_overrides(world, owner.cls) if owner.cls else None,
        import_name=string(given),
        options=literals(arguments.keywords) if arguments else {},
        aliases=tuple(sorted(aliases.get(owner.key, ()))),
        calls=tuple(_calls(world, factory)) if factory else (),
    )


def _overrides(world: World, cls: Class) -> tuple[str, ...] | None:
    """Names that a class of the project has beyond those of Flask's, None where it is something else as well."""
    found: set[str] = set()
    for each in world.mro(cls):
        outside = [base for base in each.bases if not isinstance(base, Class)]
        names = {world.canonical(base.name) if isinstance(base, Foreign) else "" for base in outside}
        if not names <= _FLASK or each.node.keywords or each.decorators:
            return None
        found |= {*each.attributes, *_assigned(each.node)}
    return tuple(sorted(found))


def _assigned(cls: ast.ClassDef) -> Iterator[str]:
    """Attributes that methods assign: of the object itself, most often."""
    stores = (node for node in ast.walk(cls) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store))
    return (node.attr for node in stores)


def _aliases(world: World) -> dict[str, list[str]]:
    """App key -> qualified names of module variables that hold the finished application."""
    found: dict[str, list[str]] = {}
    for scope in world.scopes.values():
        for name, value in scope.names.items():
            if isinstance(value, RouteOwner) and value.is_app and _is_own(scope.module.tree, name):
                found.setdefault(value.key, []).append(f"{scope.module.name}.{name}")
    return found


def _is_own(tree: ast.Module, name: str) -> bool:
    """Whether a module assigns a name itself, rather than importing it from where it is assigned."""
    targets = (node for statement in ast.walk(tree) if isinstance(statement, ast.Assign) for node in statement.targets)
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _calls(world: World, factory: str) -> Iterator[FactoryCall]:
    seen = set()
    for key, scope, node, hint in world.recorder.calls:
        if key == factory and not scope.qualname and id(node) not in seen:
            seen.add(id(node))
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            yield FactoryCall(
                module=scope.module.name,
                path=scope.module.path,
                line=node.lineno,
                variable=hint or None,
                arguments=", ".join([*map(ast.unparse, node.args), *(_keyword(each) for each in node.keywords)]),
                literal=all(_can_be_copied(value) for value in values),
            )


def _can_be_copied(node: ast.expr) -> bool:
    """Whether an argument is a literal, or reads the environment with literal names."""
    match node:
        case ast.Constant():
            return True
        case ast.Call(func=func, args=args, keywords=[]) if ast.unparse(func) in {"os.getenv", "os.environ.get"}:
            return all(isinstance(each, ast.Constant) for each in args)
        case ast.Subscript(value=value, slice=ast.Constant()):
            return ast.unparse(value) == "os.environ"
        case ast.BoolOp(values=values):
            return all(_can_be_copied(each) for each in values)
    return False


def _keyword(keyword: ast.keyword) -> str:
    return f"{keyword.arg}={ast.unparse(keyword.value)}" if keyword.arg else f"**{ast.unparse(keyword.value)}"


def _blueprint(made: Construction) -> BlueprintFact:
    owner, module = made.owner, made.scope.module
    arguments = owner.arguments
    return BlueprintFact(
        key=owner.key,
        module=module.name,
        path=module.path,
        span=module.span(made.node),
        variable=made.variable,
        name=owner.name,
        url_prefix=own_prefix(owner, arguments),
        function=function_of(made.scope),
        blueprint_class=owner.cls.key.replace(":", ".") if owner.cls else owner.class_name,
        options=literals(arguments.keywords) if arguments else {},
    )


def own_prefix(owner: RouteOwner, arguments: Arguments | None) -> str | None:
    """The prefix that a holder was made with."""
    if arguments is None:
        return None
    match flavour_of(owner.class_name):
        case Flavour.BLUEPRINT if is_ready(owner.class_name):
            return ready_prefix(owner.class_name, arguments)
        case Flavour.BLUEPRINT:
            return arguments.text(None, "url_prefix")
        case Flavour.ROUTER:
            return arguments.text(None, "prefix")
        case Flavour.NAMESPACE:
            return arguments.text(2, "path")
        case Flavour.RESTFUL:
            return arguments.text(1, "prefix")
        case Flavour.RESTX:
            return arguments.text(None, "prefix")
    return None
