"""The commands by name; the module of each is only imported when it is called, or when all are shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from collections.abc import Iterable

_MODULES = {
    **{name: name for name in ("scan", "migrate", "suite", "verify", "check")},
    **dict.fromkeys(("rules", "explain"), "catalogue"),
    "demo": "demo",
}
"""Command -> module of this package that registers it."""


class InterruptionError(Exception):
    """An interrupt while a command ran: Typer would make it an exit code without a word."""


class Commands(TyperGroup):
    """All commands: what one of them needs would double the time in which another one starts."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Click asks with a context
        """Their names, in the order in which they are shown."""
        self._load(_MODULES.values())
        return list(_MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command, None if there is none of that name; then all are loaded, as one of them is suggested."""
        self._load([_MODULES[cmd_name]] if cmd_name in _MODULES else _MODULES.values())
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Raises InterruptionError."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise InterruptionError from error

    def _load(self, modules: Iterable[str]) -> None:
        for module in dict.fromkeys(modules):
            made = typer.Typer(rich_markup_mode=None, callback=_nothing)
            import_module(f"flask2fastapi.cli.{module}").register(made)
            group = typer.main.get_command(made)
            self.commands.update({name: each for name, each in vars(group)["commands"].items() if name in _MODULES})


def _nothing() -> None:
    """Makes a group of a single command, too."""
