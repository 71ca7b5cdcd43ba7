"""Where cases come from: generated from the code and the database, read from files, recorded from suites.

Rooms: ``harvest`` (values that exist), ``paths`` (URLs of a rule), ``payloads`` (queries and bodies), ``auto`` (cases
of every route), ``sequences`` (create, read back, change, delete), ``personas`` (logins).
"""

from __future__ import annotations

from flask2fastapi.verify.cases.auto import AutoOptions, auto_cases
from flask2fastapi.verify.cases.personas import Persona, parse_login

__all__ = ["AutoOptions", "Persona", "auto_cases", "parse_login"]
