"""``flask2fastapi demo``: the whole way with a small application that ships with the tool.

Rooms: ``project`` (the application, its copies and what they need), ``requests`` (what is asked of both sides),
``driving`` (real servers, request by request), ``showing`` (the diff and the table).
"""
