"""Hashes of Flask-Bcrypt, and those made without Flask, are good on both sides."""

from __future__ import annotations

import itertools

import pytest

pytest.importorskip("flask_bcrypt")

import flask
import flask_bcrypt
from fastapi import FastAPI

from flask2fastapi.support.full_bcrypt import Bcrypt, bcrypt_check, bcrypt_hash

SETTINGS = (
    {"BCRYPT_LOG_ROUNDS": 4},
    {"BCRYPT_LOG_ROUNDS": 5, "BCRYPT_HASH_PREFIX": "2a"},
    {"BCRYPT_LOG_ROUNDS": 4, "BCRYPT_HANDLE_LONG_PASSWORDS": True},
)
PASSWORDS = ("open", "Öffne", b"bytes", "x" * 60)


def both(settings: dict[str, object]) -> tuple[flask_bcrypt.Bcrypt, Bcrypt]:
    old, new = flask.Flask("door"), FastAPI()
    old.config.update(settings)
    new.state.config = dict(settings)
    return flask_bcrypt.Bcrypt(old), Bcrypt(new)


@pytest.mark.parametrize(("settings", "password"), list(itertools.product(SETTINGS, PASSWORDS)))
def test_each_knows_the_hashes_of_the_other(settings: dict[str, object], password: str | bytes) -> None:
    one, other = both(settings)
    for maker, reader in ((one, other), (other, one)):
        made = maker.generate_password_hash(password)
        assert made[:7] == one.generate_password_hash(password)[:7]
        assert reader.check_password_hash(made, password)
        assert reader.check_password_hash(made.decode(), password)
        assert not reader.check_password_hash(made, "other")


def test_long_passwords_and_none() -> None:
    one, other = both(SETTINGS[2])
    made = one.generate_password_hash("x" * 100)
    assert other.check_password_hash(made, "x" * 100)
    assert not other.check_password_hash(made, "x" * 99)
    for side in (one, other):
        with pytest.raises(ValueError, match=r"Password must be non-empty\."):
            side.generate_password_hash("")


def test_functions_without_an_application() -> None:
    made = bcrypt_hash("open", 4)
    assert made.startswith(b"$2b$04$")
    assert flask_bcrypt.check_password_hash(made, "open")
    assert bcrypt_check(flask_bcrypt.generate_password_hash("open", 4), "open")
