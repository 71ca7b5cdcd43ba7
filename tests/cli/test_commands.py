"""``scan``, ``suite``, ``check``, ``rules``, ``explain`` as their users meet them."""

from __future__ import annotations

import json
import sys


def test_scan_prints_the_inventory_and_the_routes(shop):
    done = shop.flask2fastapi("scan", ".")

    assert done.code == 0, done.err
    for expected in (
        "shop:create_app.app",
        "cart",
        "/cart/",
        "under /cart",
        "before_request count",
        "404 create_app.not_found",
    ):
        assert expected in done.out
    assert "1 application, 3 routes" in done.out


def test_scan_as_json_and_markdown_name_the_same_routes(shop):
    document = json.loads(shop.flask2fastapi("scan", ".", "--format", "json").out)
    markdown = shop.flask2fastapi("scan", ".", "--format", "markdown").out

    assert [route["rule"] for route in document["routes"]] == ["/", "/greet/<name>", "/cart/"]
    assert all(f"`{route['rule']}`" in markdown for route in document["routes"])
    assert {entry["name"] for entry in document["inventory"]["Blueprints"]} == {"pages", "cart"}


def test_scan_compares_with_the_booted_application(shop):
    shop.write({"shop/late.py": "def add(app):\n    getattr(app, 'add_' + 'url_rule')('/late', 'late', lambda: '')\n"})
    factory = shop.folder / "shop" / "__init__.py"
    factory.write_text(
        factory.read_text().replace("    return app\n", "    __import__('shop.late').late.add(app)\n    return app\n")
    )

    done = shop.flask2fastapi("scan", ".", "--app", "shop:create_app", "--python", sys.executable)

    assert done.code == 0, done.err
    assert "GET /late (late): in the url_map, not seen in the source" in done.out
    assert "4 of 5 routes" in done.out


def test_scan_says_when_the_application_does_not_boot(shop):
    done = shop.flask2fastapi("scan", ".", "--app", "shop:nothing", "--python", sys.executable)

    assert done.code == 2
    assert "nothing" in done.err
    assert "Traceback" not in done.err


def test_suite_runs_the_tests_through_fastapi(shop):
    shop.flask2fastapi("migrate", ".")

    done = shop.flask2fastapi("suite", ".", "--python", sys.executable, "--", "-q", "-p", "no:cacheprovider", "tests")

    assert done.code == 0, done.err
    assert "3 passed" in done.out
    assert "4 requests" in done.err


def test_suite_passes_the_exit_code_of_pytest_on(shop):
    shop.flask2fastapi("migrate", ".")
    shop.write({"tests/test_more.py": "def test_wrong():\n    assert 1 == 2\n"})

    done = shop.flask2fastapi("suite", ".", "--python", sys.executable, "--", "-q", "-p", "no:cacheprovider", "tests")

    assert done.code == 1
    assert "1 failed" in done.out


def test_suite_without_a_migrated_application_is_refused(shop):
    done = shop.flask2fastapi("suite", ".", "--python", sys.executable, "--", "tests")

    assert done.code == 2
    assert "migrate" in done.err


def test_check_is_the_hook(shop):
    done = shop.flask2fastapi("check", "shop/pages.py")

    assert done.code == 1
    assert done.out.splitlines() == ["shop/pages.py:6: F2F001 GET /", "shop/pages.py:11: F2F001 GET /greet/<name>"]


def test_rules_and_explain_know_the_same_codes(shop):
    listed = shop.flask2fastapi("rules").out
    codes = [line.split()[0] for line in listed.splitlines() if line.startswith("  ")]

    assert "live-hook" in codes
    for code in codes:
        explained = shop.flask2fastapi("explain", code)
        assert explained.code == 0
        assert code in explained.out


def test_an_interpreter_may_be_named_from_where_one_stands(shop):
    """A relative path means the folder of the shell, not that of the project; a link of an environment stays one."""
    (shop.folder.parent / "bin").mkdir(exist_ok=True)
    link = shop.folder.parent / "bin" / "python"
    link.unlink(missing_ok=True)
    link.symlink_to(sys.executable)

    done = shop.flask2fastapi("scan", ".", "--app", "shop:create_app", "--python", "../bin/python")

    assert done.code == 0, done.err
    assert "of 4 routes" in done.out


def test_scan_tells_blueprints_without_routes_from_those_that_nobody_registers(shop):
    shop.write(
        {
            "shop/errors.py": "from flask import Blueprint\n\n"
            "errors = Blueprint('errors', __name__)\nlost = Blueprint('lost', __name__)\n"
        }
    )
    factory = shop.folder / "shop" / "__init__.py"
    text = factory.read_text()
    factory.write_text(
        text.replace(
            "    return app\n",
            "    from shop.errors import errors\n    app.register_blueprint(errors)\n    return app\n",
        )
    )
    document = json.loads(shop.flask2fastapi("scan", ".", "--format", "json").out)
    places = {entry["name"]: entry["where"].partition(", ")[2] for entry in document["inventory"]["Blueprints"]}

    assert places == {"pages": "under /", "cart": "under /cart", "errors": "without routes", "lost": "not registered"}
