"""Where cases come from: generated from the code and the database, read from files, recorded from suites.

Rooms: ``harvest`` (values that exist), ``examples`` (requests in the project's tests), ``paths`` (URLs of a rule),
``payloads`` and ``varying`` (queries and bodies), ``auto`` (cases of every route), ``sequences`` (create, read back,
change, delete), ``personas`` (logins), ``routes`` (rules that only the running application knows), ``exploring`` and
``planting`` (links, and rows for an empty database); ``recording``, ``binding``, ``har`` (recordings), ``yaml_*`` and
``redacting`` (cases in files); ``traces``, ``trace_records``, ``trace_pairs`` (the project's suite); ``openapi``.
"""

from __future__ import annotations

from flask2fastapi.verify.cases.auto import AutoOptions, auto_cases
from flask2fastapi.verify.cases.personas import Persona, parse_login

__all__ = ["AutoOptions", "Persona", "auto_cases", "parse_login"]
