"""Productions of odd formatting: what is done to the text of a finished module."""

from __future__ import annotations

from .writing import Table

NOISE: Table[str] = Table("formatting")


@NOISE.add(30, "plain")
def plain(text: str) -> str:
    return text


@NOISE.add(3, "CRLF")
def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


@NOISE.add(3, "tabs")
def tabs(text: str) -> str:
    return text.replace("    ", "\t")


@NOISE.add(3, "no blank lines")
def dense(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line) + "\n"


@NOISE.add(3, "comments")
def commented(text: str) -> str:
    lines = [
        f"{line}  # {n}" if line.startswith("@") and line.endswith(")") else line
        for n, line in enumerate(text.split("\n"))
    ]
    return "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n" + "\n".join(lines)


@NOISE.add(2, "no newline at the end")
def unended(text: str) -> str:
    return text.rstrip("\n")


@NOISE.add(2, "annotations")
def future(text: str) -> str:
    return '"""The application."""\n\nfrom __future__ import annotations\n\n' + text
