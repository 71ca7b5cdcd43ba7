"""One side of a verification: an application, booted once, that answers every case from the same state.

Runs inside the target's interpreter: standard library and what the target has, Python 3.7 and up. Loaded as the package
``flask2fastapi_worker`` by ``start.py``; nothing is put on the target's ``sys.path``.

The process that boots (``keeper.py``) never runs a case itself. It forks for each case, so that a case starts from the
very memory in which the application was when it had booted, and may hang, exit, leak threads, or close its database.
Files are put back after each case (``state*.py``).
"""
