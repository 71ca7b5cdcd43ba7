"""Chance that is the same on every side: what is drawn depends on the case and the step alone.

Bytes of different sizes are drawn from streams of their own, and each step begins anew, so that a side which draws once
more for a purpose of its own does not shift everything that follows.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import tempfile
import uuid
import weakref
from typing import Any

real_seed = random.Random.seed
real_urandom = os.urandom
NODE = 0x02F2A5E1D0C7
"""Locally administered: no network card has it."""
BCRYPT_LETTERS = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Chance:
    """Streams of bytes from one key."""

    def __init__(self) -> None:
        self._key = b"boot"
        self._drawn: dict[int, int] = {}
        self._unseeded: Any = weakref.WeakKeyDictionary()
        """Generators that are left to chance, with a label that is the same on every side."""
        self._made: dict[str, int] = {}

    def arm(self, key: str) -> None:
        """Begin anew with a key; generators that the application seeded itself keep their seed."""
        self._key = key.encode("utf-8", "replace")
        self._drawn.clear()
        seed = self._seed_for("random")
        real_seed(random._inst, seed)
        for generator, label in list(self._unseeded.items()):
            real_seed(generator, self._seed_for(label))
        tempfile._name_sequence = None  # type: ignore[attr-defined]
        uuid._last_timestamp = None  # type: ignore[attr-defined]
        numpy = sys.modules.get("numpy")
        if numpy is not None:
            numpy.random.seed(seed % 2**32)

    def _seed_for(self, label: str) -> int:
        key = b"seed:%s:" % label.encode("utf-8") + self._key
        return int.from_bytes(hashlib.sha256(key).digest(), "big")

    def draw(self, size: int) -> bytes:
        """So many bytes, as ``os.urandom`` gives them."""
        if size < 0:
            raise ValueError("negative argument not allowed")
        number = self._drawn.get(size, 0)
        self._drawn[size] = number + 1
        key = b"%d:%d:" % (size, number) + self._key
        return hashlib.shake_128(key).digest(size)

    def seed(self, generator: Any, a: Any = None, version: int = 2) -> None:
        """Seed a generator; one that is left to chance is remembered and begins anew in each step."""
        if a is None:
            if generator not in self._unseeded:
                self._unseeded[generator] = self._label()
            a = int.from_bytes(self.draw(32), "big")
        else:
            self._unseeded.pop(generator, None)
        real_seed(generator, a, version)

    def _label(self) -> str:
        """The module that makes a generator, and how many it has made: the same wherever else others make some."""
        frame: Any = sys._getframe(1)
        while frame is not None and frame.f_globals.get("__name__") in (__name__, "random"):
            frame = frame.f_back
        name = frame.f_globals.get("__name__", "") if frame is not None else ""
        self._made[name] = self._made.get(name, 0) + 1
        return "%s:%d" % (name, self._made[name])

    def install(self) -> None:
        """Replace the sources of chance, before anything of the target is imported."""
        tempfile.gettempdir()  # draws names to try folders out, once in a process
        os.urandom = random._urandom = self.draw  # type: ignore[attr-defined]
        if hasattr(os, "getrandom"):
            os.getrandom = lambda size, flags=0: self.draw(size)

        def seed(self_: Any, a: Any = None, version: int = 2) -> None:
            self.seed(self_, a, version)

        generator: Any = random.Random
        generator.seed = seed
        getattr(uuid, "_load_system_functions", int)()  # would else put them back (Python 3.7 and 3.8)
        for name in ("_generate_time_safe", "_UuidCreate"):
            if hasattr(uuid, name):
                setattr(uuid, name, None)
        uuid._node = NODE  # type: ignore[attr-defined]

    def leave(self) -> None:
        """Give chance back to the system, for everything that is drawn from now on."""
        os.urandom = random._urandom = real_urandom  # type: ignore[attr-defined]
        if hasattr(os, "getrandom"):
            os.getrandom = lambda size, flags=0: real_urandom(size)
        for generator in [random._inst, *self._unseeded]:
            real_seed(generator, int.from_bytes(real_urandom(32), "big"))

    def install_late(self) -> None:
        """Replace those of libraries that ask the system themselves, once the target has imported them."""
        bcrypt: Any = sys.modules.get("bcrypt")
        if bcrypt is not None:
            bcrypt.gensalt = self._bcrypt_salt

    def _bcrypt_salt(self, rounds: int = 12, prefix: bytes = b"2b") -> bytes:
        """A salt as ``bcrypt.gensalt`` writes it: 16 bytes in 22 letters of bcrypt's own base 64."""
        number = int.from_bytes(self.draw(16), "big") << 4
        letters = "".join(BCRYPT_LETTERS[number >> shift & 63] for shift in range(126, -1, -6))
        return b"$%s$%02d$%s" % (prefix, rounds, letters.encode("ascii"))


CHANCE = Chance()
