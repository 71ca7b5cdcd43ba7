"""Start commands: found in every file that holds one, edited when certain, named when not."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest
from uvicorn.main import main as uvicorn_command

from flask2fastapi.model.diagnostics import Severity
from flask2fastapi.plan.fronts import plan_fronts
from flask2fastapi.plan.naming import Namer
from flask2fastapi.project.adapt import adapt_starts
from flask2fastapi.project.entry import choose_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from flask2fastapi.project.start_edit import StartChanges

    from .conftest import Project

    Make = Callable[[Mapping[str, str]], Project]

APP = "from flask import Flask\napp = Flask(__name__)\n"
FACTORY = "from flask import Flask\n\ndef create_app(mode=None):\n    app = Flask(__name__)\n    return app\n"
DOTENV = {"requirements.txt": "flask\npython-dotenv\n"}


def adapt(make: Make, files: Mapping[str, str], hold: str = "") -> tuple[dict[str, str], StartChanges]:
    """What the changed files would say, with the diagnostics; a second run must change nothing."""
    read = make(files)
    entries = {app.key: choose_entry(app, read.index, read.starts, read.names) for app in read.index.apps}
    fronts = plan_fronts(read.index.apps, Namer(read.index, ()), (), {}, {}, entries)
    done = adapt_starts(read.tree, fronts, read.index, hold)
    changed = {change.path: (change.after or b"").decode() for change in done.changes}
    assert adapt_starts(make(changed).tree, fronts, read.index, hold).changes == (), "a second run changes something"
    return changed, done


def command(make: Make, text: str, app: str = APP, **more: str) -> str | None:
    """The command that a Procfile with ``text`` ends with, None when it is left alone."""
    changed, _ = adapt(make, {"wsgi.py": app, "Procfile": f"web: {text}\n", **more})
    return changed["Procfile"].removeprefix("web: ").rstrip("\n") if changed else None


OLD = "gunicorn -b :80 wsgi:app"
NEW = "uvicorn asgi:app --host 0.0.0.0 --port 80"
IN_LINES = """\
services:
  x:
    command:
    - uvicorn
    - asgi:app
    - --host
    - "0.0.0.0"
    - --port
    - "80"
    y: 1
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("gunicorn wsgi:app", "asgi:app --host 0.0.0.0 --port $PORT"),
        ("gunicorn -b :5000 wsgi:app", "asgi:app --host 0.0.0.0 --port 5000"),
        ("gunicorn wsgi:app -b0.0.0.0:${PORT:-80} -w3", "asgi:app --host 0.0.0.0 --port ${PORT:-80} --workers 3"),
        ("gunicorn --bind=[::]:80 --workers=$W wsgi:app", "asgi:app --host :: --port 80 --workers $W"),
        ("gunicorn -b unix:/run/x.sock wsgi:app", "asgi:app --uds /run/x.sock --forwarded-allow-ips '*'"),
        ("gunicorn -b localhost wsgi:app --reload", "asgi:app --host localhost --reload"),
        (
            "gunicorn -b :80 --log-file - --log-level INFO --access-logfile=- -k gthread wsgi:app",
            "asgi:app --host 0.0.0.0 --port 80 --log-level info",
        ),
        (
            "gunicorn -b :80 --forwarded-allow-ips='*' --graceful-timeout 9 wsgi:app",
            "asgi:app --host 0.0.0.0 --port 80 --forwarded-allow-ips '*' --timeout-graceful-shutdown 9",
        ),
        ("gunicorn -b :80 --keep-alive 5 wsgi:app", "asgi:app --host 0.0.0.0 --port 80 --timeout-keep-alive 5"),
        ("flask run", "asgi:app --port 5000"),
        ("flask --app wsgi run -h 0.0.0.0 -p $PORT", "asgi:app --host 0.0.0.0 --port $PORT"),
        ("flask run --host=0.0.0.0 --debug", "asgi:app --host 0.0.0.0 --port 5000 --reload"),
    ],
)
def test_commands_say_with_uvicorn_what_they_said(project: Make, before: str, after: str) -> None:
    """Address, workers, log level and reloading carry over, in all forms in which options can be written."""
    assert command(project, before) == f"uvicorn {after}"


@pytest.mark.parametrize(
    "around",
    [
        "MODE=x exec {} > log 2>&1",
        "flask db upgrade && {}",
        "sh -c 'sleep 1; {}'",
        "python -m {}",
        "poetry run {}",
        "/venv/bin/{}",
        "newrelic-admin run-program {}",
    ],
)
def test_what_stands_around_a_command_is_not_touched(project: Make, around: str) -> None:
    """Settings, wrappers, redirections and other commands of the same line stay as they are."""
    assert command(project, around.format(OLD)) == around.format(NEW)


def test_flask_run_as_a_module_becomes_uvicorn_as_a_module(project: Make) -> None:
    """The interpreter is the same."""
    line = "FLASK_APP=wsgi.py python3 -m uvicorn asgi:app --port 80"

    assert command(project, "FLASK_APP=wsgi.py python3 -m flask run --port 80") == line


def test_uvicorn_understands_what_is_written(project: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own command line takes every option that a translation can hold."""
    monkeypatch.chdir(tmp_path)
    text = "gunicorn -b :80 -w 2 --log-level INFO --graceful-timeout 9 --keep-alive 5 --forwarded-allow-ips x wsgi:app"
    more = {".flaskenv": "A=b\n", **DOTENV}
    written = [command(project, text), command(project, "gunicorn -b unix:x.sock --reload wsgi:app")]
    written += [command(project, "flask --app wsgi:create_app run --debug", FACTORY, **more)]

    for line in written:
        context = uvicorn_command.make_context("uvicorn", shlex.split(line or "")[1:])
        assert context.params["app"] in {"asgi:app", "asgi:create_app"}


def test_a_factory_stays_a_factory(project: Make) -> None:
    """``asgi.py`` then holds a factory, too."""
    line = "uvicorn --factory asgi:create_app --host 0.0.0.0 --port 80"

    assert command(project, 'gunicorn -b :80 "wsgi:create_app()"', FACTORY) == line


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("gunicorn wsgi:app -k gevent", "--worker-class gevent has no counterpart in uvicorn"),
        ("gunicorn wsgi:app --preload", "--preload has no counterpart in uvicorn"),
        ("gunicorn wsgi:app --max-requests 9", "--max-requests 9 has no counterpart"),
        ("gunicorn wsgi:app -b :1 -b :2", "uvicorn binds to one address"),
        ("gunicorn wsgi:app -c conf/g.py", "conf/g.py is not in the repository"),
        ("gunicorn wsgi:app --reload -w 2", "uvicorn reloads only a single worker"),
        ("gunicorn wsgi:app extra", "extra is not understood"),
        ("gunicorn wsgi:app --frobnicate 1", "--frobnicate 1 has no counterpart"),
        ("gunicorn wsgi:other", "what it starts is not understood"),
        ("flask run --cert adhoc", "--cert has no counterpart"),
        ("waitress-serve --port=80 wsgi:app", ""),
        ("uwsgi --http :80 --module wsgi:app", ""),
    ],
)
def test_what_is_not_certain_is_left_and_named(project: Make, before: str, reason: str) -> None:
    """One warning: where, what, what to use instead, and why it was left."""
    changed, done = adapt(project, {"wsgi.py": APP, "Procfile": f"web: {before}\n"})

    assert changed == {}
    (found,) = done.diagnostics
    assert str(found).startswith(f"Procfile:1: warning: `{before}` still starts Flask alone")
    assert "use `uvicorn asgi:app`" in found.message
    assert reason in found.message


def test_another_configuration_is_not_put_in_its_place(project: Make) -> None:
    """``asgi.py`` serves the production object: what starts one for development is not the same."""
    files = {
        "shop.py": FACTORY,
        "wsgi.py": "from shop import create_app\napp = create_app('prod')\n",
        "Procfile": "web: gunicorn wsgi:app\n",
        "Procfile.dev": "web: gunicorn \"shop:create_app('dev')\"\n",
    }
    changed, done = adapt(project, files)

    assert changed == {"Procfile": "web: uvicorn asgi:app --host 0.0.0.0 --port $PORT\n"}
    assert ["it starts shop:create_app('dev'), asgi.py serves wsgi:app" in d.message for d in done.diagnostics] == [
        True
    ]


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "Dockerfile",
            'FROM python\nCMD ["gunicorn", "-b", "0.0.0.0:80", "wsgi:app"]\n',
            'FROM python\nCMD ["uvicorn", "asgi:app", "--host", "0.0.0.0", "--port", "80"]\n',
        ),
        (
            "Dockerfile",
            "ENTRYPOINT exec gunicorn -b :80 \\\n    -w 2 \\\n    wsgi:app\n",
            "ENTRYPOINT exec uvicorn asgi:app \\\n    --host 0.0.0.0 \\\n    --port 80 \\\n    --workers 2\n",
        ),
        ("Dockerfile", f'CMD ["sh", "-c", "flask db upgrade && {OLD}"]\n', None),
        ("docker-compose.yml", f"services:\n  web:\n    command: {OLD} # ours\n    ports: []\n", None),
        ("docker-compose.yml", f"services:\n  web:\n    command: '{OLD}'\n", None),
        (
            "compose.yaml",
            "services:\n  web:\n    command: [gunicorn, '-b', ':80', 'wsgi:app']\n",
            "services:\n  web:\n    command: ['uvicorn', 'asgi:app', '--host', '0.0.0.0', '--port', '80']\n",
        ),
        (
            "docker-compose.prod.yml",
            "services:\n  x:\n    command:\n    - gunicorn\n    - -b\n    - :80\n    - wsgi:app\n    y: 1\n",
            IN_LINES,
        ),
        (
            "docker-compose.yml",
            "services:\n  x:\n    command: >-\n      gunicorn -b :80\n      wsgi:app\n",
            "services:\n  x:\n    command: >-\n      uvicorn asgi:app\n      --host 0.0.0.0\n      --port 80\n",
        ),
        ("run.sh", f"#!/bin/sh\n# gunicorn wsgi:app\nexec {OLD}\n", None),
        ("app.yaml", f"runtime: python312\nentrypoint: {OLD}\n", None),
        ("Makefile", f"serve:\n\t@{OLD}\n", None),
        ("x.service", f"[Service]\nExecStart=/srv/bin/{OLD}\n", None),
        ("render.yaml", f"services:\n- startCommand: {OLD}\n", None),
    ],
)
def test_every_kind_of_file_keeps_its_style(project: Make, path: str, before: str, after: str | None) -> None:
    """Quotes, brackets, line breaks and comments stay as their owner writes them; CRLF too."""
    after = before.replace(OLD, NEW) if after is None else after
    assert adapt(project, {"wsgi.py": APP, path: before})[0] == {path: after}
    crlf = {path: before.replace("\n", "\r\n")}
    assert adapt(project, {"wsgi.py": APP, **crlf})[0] == {path: after.replace("\n", "\r\n")}


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("run.py", "from wsgi import app\nif __name__ == '__main__':\n    app.run(debug=True)\n", 3),
        ("uwsgi.ini", "[uwsgi]\nmodule = wsgi:app\n", 2),
        ("supervisord.conf", "[program:web]\ncommand=gunicorn -b :80 wsgi:app\n", 2),
        ("gunicorn.conf.py", "workers = 2\nwsgi_app = 'wsgi:app'\n", 2),
        ("compose.yml", "services:\n web:\n  command: python manage.py runserver\n", 3),
        ("serve.py", "from waitress import serve\nfrom wsgi import app\n\nserve(app, port=80)\n", 4),
    ],
)
def test_other_ways_of_starting_are_named(project: Make, path: str, text: str, line: int) -> None:
    """They are left alone: settings of other servers, and Python code."""
    manage = {"manage.py": "from wsgi import app\n"}
    changed, done = adapt(project, {"wsgi.py": APP, path: text, **manage})

    assert changed == {}
    assert [(str(d.location), d.severity) for d in done.diagnostics] == [(f"{path}:{line}", Severity.WARNING)]


def test_a_gunicorn_configuration_is_taken_over(project: Make) -> None:
    """One of literals is read with the command, which has the last word; one that computes leaves it alone."""
    literal = {"gunicorn.conf.py": "bind = '0.0.0.0:81'\nworkers = 4\naccesslog = '-'\n"}
    computed = {"gunicorn.conf.py": "workers = cpu_count() * 2\n"}

    assert (
        command(project, "gunicorn wsgi:app -w 2", **literal) == "uvicorn asgi:app --host 0.0.0.0 --port 81 --workers 2"
    )
    assert command(project, "gunicorn wsgi:app", **computed) is None


def test_an_environment_file_of_flask_run_is_handed_over(project: Make) -> None:
    """Flask reads ``.flaskenv`` by itself, Uvicorn when it is told; debug mode meant reloading."""
    files = {".flaskenv": "FLASK_APP=wsgi\nFLASK_DEBUG=1\n", **DOTENV}
    address = {".flaskenv": "FLASK_RUN_PORT=80\n", **DOTENV}
    uncommitted = {".flaskenv": "", ".env": "SECRET=1\n", **DOTENV}

    assert command(project, "flask run", **files) == "uvicorn asgi:app --port 5000 --env-file .flaskenv --reload"
    assert command(project, "flask run", **address) is None
    assert command(project, "flask run", **uncommitted) is None


@pytest.mark.parametrize(
    ("copied", "options"),
    [("COPY . .", ', "--env-file", ".flaskenv"'), ("COPY wsgi.py .", ""), ("ADD . /x\n# ignored", "")],
)
def test_an_image_knows_only_what_is_copied_into_it(project: Make, copied: str, options: str) -> None:
    """Uvicorn refuses to start when the file that it is told of is not there."""
    files = {
        "wsgi.py": APP,
        ".flaskenv": "A=b\n",
        **DOTENV,
        ".dockerignore": ".flask*\n" if "ignored" in copied else "",
    }
    files["Dockerfile"] = f'{copied}\nCMD ["flask", "run"]\n'
    last = adapt(project, files)[0]["Dockerfile"].splitlines()[-1]

    assert last == f'CMD ["uvicorn", "asgi:app", "--port", "5000"{options}]'


def test_uvicorn_gets_no_file_where_it_could_not_read_it(project: Make) -> None:
    """``--env-file`` needs python-dotenv; an image that installs Flask by name alone has none."""
    image = 'RUN pip install flask\nCOPY . .\nCMD ["flask", "run"]\n'
    changed, _ = adapt(project, {"wsgi.py": APP, ".flaskenv": "A=b\n", "Dockerfile": image, **DOTENV})

    assert changed["Dockerfile"].endswith('CMD ["uvicorn", "asgi:app", "--port", "5000"]\n')


def test_an_address_that_the_environment_gives_is_not_guessed(project: Make) -> None:
    """Only a Procfile's platform is known to set PORT."""
    changed, done = adapt(project, {"wsgi.py": APP, "run.sh": "gunicorn wsgi:app\n"})

    assert changed == {}
    assert "it names no address" in done.diagnostics[0].message


def test_a_command_from_another_folder_finds_the_application(project: Make) -> None:
    """The build context of a service is where its command runs."""
    files = {
        "backend/wsgi.py": APP,
        "docker-compose.yml": f"services:\n  web:\n    build:\n      context: ./backend\n    command: {OLD}\n",
    }

    assert "command: uvicorn asgi:app --host 0.0.0.0 --port 80\n" in adapt(project, files)[0]["docker-compose.yml"]


def test_images_get_the_new_modules(project: Make) -> None:
    """A Dockerfile that copies modules one by one copies ours, too; one that copies folders needs nothing."""
    one_by_one = "FROM python\nCOPY wsgi.py config.py ./\nCMD gunicorn -b :80 wsgi:app\n"
    changed, _ = adapt(project, {"wsgi.py": APP, "Dockerfile": one_by_one})
    copied = changed["Dockerfile"].splitlines()[1].split()

    assert copied[0] == "COPY"
    assert set(copied[1:-1]) == {"asgi.py", "fastapi_front.py", "flask_compat.py", "wsgi.py", "config.py"}
    assert (
        "COPY . /code\n"
        in adapt(project, {"Dockerfile": one_by_one.replace("wsgi.py config.py ./", ". /code")})[0]["Dockerfile"]
    )


def test_an_image_that_takes_a_single_file_is_named(project: Make) -> None:
    """There is no folder to which more could go."""
    _, done = adapt(project, {"wsgi.py": APP, "Dockerfile": "COPY wsgi.py /srv/wsgi.py\n"})

    assert [str(d.location) for d in done.diagnostics] == ["Dockerfile:1"] * 3


def test_nothing_is_edited_where_uvicorn_is_not_installed(project: Make) -> None:
    """A start command that cannot run is worse than one that starts Flask."""
    changed, done = adapt(project, {"wsgi.py": APP, "Procfile": "web: gunicorn wsgi:app\n"}, "install uvicorn first")

    assert changed == {}
    assert "(install uvicorn first)" in done.diagnostics[0].message


def test_tests_and_continuous_integration_do_not_count(project: Make) -> None:
    """What they start is theirs."""
    files = {"tests/run.sh": "gunicorn wsgi:app\n", ".github/workflows/ci.yml": "jobs:\n  a:\n    command: flask run\n"}

    assert adapt(project, {"wsgi.py": APP, **files}) == ({}, adapt(project, {"wsgi.py": APP})[1])
