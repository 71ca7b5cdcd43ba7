"""The project around the code: its dependencies, its pins, its start commands. Nothing here writes a file.

Rooms: ``tree`` (files of the project as text), ``declared`` (a dependency, and whether it suffices), ``listing`` and
``toml_lists`` (insert into lists of text with exact offsets), and one module for each kind of file that declares
dependencies: ``requirements``, ``pyproject``, ``pipfile``, ``setup_cfg``, ``setup_py``.
"""
