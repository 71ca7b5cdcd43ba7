"""YAML with the line of everything, so that an error can say where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from flask2fastapi.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


class _Loader(yaml.SafeLoader):
    """YAML's core types without dates: a date in a case is a text that is sent as it stands."""


_Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in rows if tag != "tag:yaml.org,2002:timestamp"]
    for sign, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Node:
    """A value in a file."""

    def __init__(self, path: Path, node: yaml.Node) -> None:
        self._path = path
        self._node = node

    def error(self, message: str) -> SourceError:
        """An error that says where this value stands."""
        return SourceError(f"{self._path}:{self._node.start_mark.line + 1}: {message}")

    @property
    def is_text(self) -> bool:
        """Whether this is a single value: a text, a number, true…"""
        return isinstance(self._node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self._node, yaml.SequenceNode)

    def text(self, what: str) -> str:
        """The text of a single value, numbers as they are written."""
        if not isinstance(self._node, yaml.ScalarNode):
            raise self.error(f"{what} must be a text")
        return str(self._node.value)

    def value(self) -> Any:
        """The value as Python has it."""
        loader = _Loader("")
        try:
            return loader.construct_document(self._node)
        except yaml.MarkedYAMLError as error:
            raise self.error(error.problem or "cannot be read") from error
        finally:
            loader.dispose()

    def items(self, what: str) -> Iterator[Node]:
        """The elements of a list."""
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.error(f"{what} must be a list")
        for each in self._node.value:
            yield Node(self._path, each)

    def pairs(self, what: str) -> Iterator[tuple[Node, Node]]:
        """Keys and values of a mapping, in order, repeated ones included."""
        if not isinstance(self._node, yaml.MappingNode):
            raise self.error(f"{what} must have keys and values")
        for key, value in self._node.value:
            yield Node(self._path, key), Node(self._path, value)

    def table(self, what: str, keys: Collection[str]) -> dict[str, Node]:
        """A mapping whose keys are known; each once."""
        found: dict[str, Node] = {}
        for key, value in self.pairs(what):
            name = key.text("a key")
            if name not in keys:
                raise key.error(f"{what} has no {name!r}: it takes {', '.join(keys)}")
            if name in found:
                raise key.error(f"{name!r} is there twice")
            found[name] = value
        return found


def read_document(path: Path) -> Node | None:
    """The document of a file, None for an empty one; SourceError for what is no YAML."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Loader)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: is not UTF-8: {error.reason} at byte {error.start}") from error
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SourceError(f"{path}{line}: is not valid YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise SourceError(f"{path}: is not valid YAML: {str(error).splitlines()[0]}") from error
    return Node(path, node) if node is not None else None
