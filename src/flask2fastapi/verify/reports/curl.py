"""Requests of a case as ``curl`` lines that a shell runs as they stand, whatever is in them."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from flask2fastapi.verify.secret_values import NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask2fastapi.model.verification import Case, Step

BEFORE = "http://127.0.0.1:5000"
"""Where Flask's server listens when nothing else is said."""
AFTER = "http://127.0.0.1:8000"
"""Where uvicorn listens when nothing else is said."""
LONGEST = 2000
"""Signs of a line that a report for people shows."""
_ARGUMENT = 100_000
"""Bytes of a body as an argument: Linux takes 128 KiB for each (execve(2), MAX_ARG_STRLEN)."""
_TARGET = re.compile(r"[^\x21-\x7e]")


def curl_lines(case: Case, base: str, jar: str = "") -> tuple[str, ...]:
    """One line for each step. ``base`` is the server's URL without a slash at its end.

    Cookies go through the file ``jar`` from step to step; by default ``cookies.txt`` where there are several steps.
    ``{{name}}`` in a step stands for a value of an earlier answer, to be put in by hand.
    """
    kept = jar or ("cookies.txt" if len(case.steps) > 1 else "")
    return tuple(curl_line(step, base, kept) for step in case.steps)


def curl_line(step: Step, base: str, jar: str = "") -> str:
    """One request as it went over the wire: nothing added by curl (but User-Agent and Accept), nothing normalised."""
    words = ["curl", "-sSig", "--path-as-is", *_method(step)]
    if step.follow:
        words.append("-L")
    if jar:
        words += ["-b", jar, "-c", jar]
    for name, value in _headers(step):
        words += ["-H", f"{name}: {value}" if value else f"{name};"]
    piped = b"\0" in step.body or len(step.body) > _ARGUMENT
    if step.body:
        if not _has(step.headers, "content-type"):
            words += ["-H", "Content-Type:"]  # or curl says that it is a form
        words += ["-H", "Expect:"]
        words += ["--data-binary", "@-"] if piped else ["--data-raw"]
    line = " ".join(map(quoted, words))
    if step.body and not piped:
        line += f" {quoted_bytes(step.body)}"
    line += f" {quoted(base + target(step))}"
    line = f"printf {printf_format(step.body)} | {line}" if piped else line
    return f"{line}  # {round(step.wait)} seconds later" if step.wait else line


def shown_curl(step: Step, base: str, jar: str = "", most: int = LONGEST) -> str:
    """The line for a report: a body that nobody could read is a file of the reader's own, ``@body.bin``."""
    line = curl_line(step, base, jar)
    if len(line) <= most:
        return line
    plain = replace(step, body=b"", headers=tuple((k, v) for k, v in step.headers if len(v) <= most // 4))
    data = f" -X {quoted(step.method)} -H Expect: --data-binary @body.bin" if step.body else ""
    left_out = f"  # left out: a body of {len(step.body)} bytes" if step.body else "  # left out: what is too long"
    line = curl_line(plain, base, jar) + data
    return (line if len(line) <= most else f"curl {quoted(base)}") + left_out


def target(step: Step) -> str:
    """Path and query as in the request line; what may not stand there is percent-encoded."""
    text = step.path + (f"?{step.query}" if step.query else "")
    return _TARGET.sub(lambda match: "".join(f"%{byte:02X}" for byte in _encoded(match.group())), text)


def quoted(word: str) -> str:
    """A word for a shell: in single quotes where needed, as ``$'…'`` where it holds control signs.

    A secret is a variable of its name (`secret_values`), as it has to stand there: encoded in a URL or a form.
    """
    return _with_variables(word, _quoted)


def _with_variables(word: str, quote: Callable[[str], str]) -> str:
    parts = re.split(f"({NAME.pattern})", word)
    if len(parts) == 1:
        return quote(word)
    return "".join(f'"${part}"' if number % 2 else quote(part) for number, part in enumerate(parts) if part)


def _quoted(word: str) -> str:
    if word.isascii() and word.isprintable():
        return shlex.quote(word)
    return _quoted_latin(_encoded(word).decode("latin-1"))


def quoted_bytes(data: bytes) -> str:
    """Bytes without NUL for a shell; in ``$'…'`` (bash, zsh, ksh, and sh since POSIX.1-2024) where quotes do not do."""
    return _with_variables(data.decode("latin-1"), _quoted_latin)


def _quoted_latin(text: str) -> str:
    if text.isascii() and text.isprintable():
        return shlex.quote(text)
    return "$'" + "".join(_escaped(byte) for byte in text.encode("latin-1")) + "'"


def printf_format(data: bytes) -> str:
    """Bytes as the format of a POSIX ``printf``, quoted."""
    return "'" + "".join(_printed(byte) for byte in data) + "'"


def _method(step: Step) -> Iterable[str]:
    """HEAD needs an option of its own, for curl would wait for a body."""
    if step.method.upper() == "HEAD":
        return ["--head"]
    if step.method == "GET" and not step.body:
        return []
    return ["-X", step.method]


def _headers(step: Step) -> Iterable[tuple[str, str]]:
    return ((name, value) for name, value in step.headers if name.lower() != "content-length")


def _has(headers: Iterable[tuple[str, str]], name: str) -> bool:
    return any(key.lower() == name for key, _ in headers)


def _escaped(byte: int) -> str:
    """Octal of three digits always: what follows cannot be read as part of it."""
    if byte in b"\\'":
        return "\\" + chr(byte)
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def _printed(byte: int) -> str:
    if byte == ord("%"):
        return "%%"
    return chr(byte) if 0x20 <= byte < 0x7F and byte not in b"\\'" else f"\\{byte:03o}"


def _encoded(text: str) -> bytes:
    """As the bytes of the wire; what UTF-8 cannot hold is replaced."""
    return text.encode("utf-8", "replace")
