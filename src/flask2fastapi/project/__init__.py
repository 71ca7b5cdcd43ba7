"""The project around the code: its dependencies, its pins, its start commands. Nothing here writes a file.

Rooms: ``tree`` (files of the project as text), ``needs`` (add dependencies where Flask is declared; one module for
each kind of file beside it), ``pins`` (what FastAPI cannot live beside), ``commands`` (how the project is started,
and the same start for the migrated application), ``entry`` (where the finished application object comes from).
"""
