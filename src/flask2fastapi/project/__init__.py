"""The project around the code: its dependencies, its pins, its start commands. Nothing here writes a file.

Rooms: ``tree`` (files of the project as text), ``declared`` (a dependency, and whether it suffices), ``listing`` and
``toml_lists`` (insert into lists of text with exact offsets), one module for each kind of file that declares
dependencies (``requirements``, ``pyproject``, ``pipfile``, ``setup_cfg``, ``setup_py``), and ``manifests``, which reads
them alike. ``dependencies`` plans what goes in where (with ``targets``, ``raising``, ``conflicts``, ``relock``,
``elsewhere``, ``dockerfile``). ``start`` finds start commands (``starts_text``, ``starts_yaml``, ``starts_python``,
over ``piece``, ``shell``, ``recognise``), ``entry`` chooses from them where the application comes from (over
``names``), and ``adapt`` lets them start FastAPI (``start_edit``, ``uvicorn_command``, ``gunicorn_config``,
``environment``).
"""
