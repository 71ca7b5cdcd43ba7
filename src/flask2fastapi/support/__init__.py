"""The run-time code that a migrated application may need, in pieces: one module is one piece.

Pieces are real modules, typed and tested here; ``bundle`` copies those that an application uses into one module of
its own, so that a migrated application never depends on this tool. A piece imports only the standard library, Flask,
Werkzeug, FastAPI, Starlette, a2wsgi and (relatively, by name) other pieces; it runs on Python 3.8 and is laid out so
that black leaves it alone at 88 and at 120 columns.
"""
