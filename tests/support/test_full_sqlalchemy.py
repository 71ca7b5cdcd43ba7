"""``SQLAlchemy`` without Flask does with the same models what Flask-SQLAlchemy 3 does."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

pytest.importorskip("flask_sqlalchemy")

import fastapi
import flask
import flask_sqlalchemy
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from sqlalchemy.orm import DeclarativeBase, DeclarativeBaseNoMeta, Mapped, mapped_column
from sqlalchemy.schema import CreateTable

from flask2fastapi.support.full_app_context import app_context
from flask2fastapi.support.full_http import keep_flask_http
from flask2fastapi.support.full_sqlalchemy import SQLAlchemy
from flask2fastapi.support.full_sqlalchemy_engines import apply_driver_defaults
from flask2fastapi.support.full_sqlalchemy_models import Model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.LegacyAPIWarning")
URI = "sqlite://"


@dataclass
class Side:
    """One of the two: how to make ``db``, an application with settings, and a context of that."""

    name: str
    database: Any
    model: Any

    def app(self, config: dict[str, Any] | None = None) -> Any:
        settings = {"SQLALCHEMY_DATABASE_URI": URI} if config is None else config
        if self.name == "flask":
            app = flask.Flask(__name__)
            app.config.update(settings)
            return app
        made = FastAPI(redirect_slashes=False, openapi_url=None)
        keep_flask_http(made)
        made.state.config = dict(settings)
        return made

    @contextmanager
    def context(self, app: Any) -> Iterator[None]:
        with app.app_context() if self.name == "flask" else app_context(app):
            yield


SIDES = (
    Side("flask", flask_sqlalchemy.SQLAlchemy, flask_sqlalchemy.model.Model),
    Side("fastapi", SQLAlchemy, Model),
)


def both(function: Callable[[Side], Any]) -> Any:
    """What both sides give, which has to be the same."""
    before, after = (function(side) for side in SIDES)
    assert after == before
    return after


def both_refuse(function: Callable[[Side], Any]) -> Any:
    """The name, status and description of the error that both sides raise."""
    before, after = (_error(function, side) for side in SIDES)
    assert after == before
    return after


def _error(function: Callable[[Side], Any], side: Side) -> Any:
    with pytest.raises(Exception) as raised:
        function(side)
    error = raised.value
    return type(error).__name__, getattr(error, "code", None), getattr(error, "description", None)


def ddl(db: Any) -> dict[Any, list[str]]:
    return {
        key: [str(CreateTable(table)) for table in metadata.sorted_tables] for key, metadata in db.metadatas.items()
    }


def shop(db: Any) -> Any:
    """Models with about everything that names tables and columns."""

    class Base(db.Model):
        __abstract__ = True
        id = db.Column(db.Integer, primary_key=True)

    class Stamped:
        made = db.Column(db.DateTime, server_default=db.func.now())

    class HTTPRequestLog(Base, Stamped):
        text = db.Column(db.Text, nullable=False)

    class User2Role(Base):
        name = db.Column(db.String(20), unique=True, index=True)

    class Person(Base):
        kind = db.Column(db.String(10))
        name = db.Column(db.String(80))
        pets = db.relationship("Pet", backref=db.backref("owner", lazy="select"), lazy="dynamic")
        as_person = {"polymorphic_on": kind, "polymorphic_identity": "person"}  # noqa: RUF012
        __mapper_args__ = as_person

    class Employee(Person):
        salary = db.Column(db.Integer)
        __mapper_args__ = {"polymorphic_identity": "employee"}  # noqa: RUF012 - as models are written

    class Manager(Person):
        id = db.Column(db.Integer, db.ForeignKey("person.id"), primary_key=True)
        bonus = db.Column(db.Numeric(10, 2))
        __mapper_args__ = {"polymorphic_identity": "manager"}  # noqa: RUF012 - as models are written

    pet_tags = db.Table(
        "tags",
        db.Column("tag_id", db.Integer, db.ForeignKey("tag.id"), primary_key=True),
        db.Column("pet_id", db.Integer, db.ForeignKey("pet.id"), primary_key=True),
    )

    class Tag(Base):
        word = db.Column(db.String(30))

    class Pet(Base):
        __table_args__ = (db.UniqueConstraint("name", "owner_id"), db.CheckConstraint("age >= 0"))
        name = db.Column(db.String(30), nullable=False, default="Rex")
        age = db.Column(db.Integer, default=1)
        owner_id = db.Column(db.Integer, db.ForeignKey("person.id"))
        tags = db.relationship("Tag", secondary=pet_tags, lazy="subquery", backref="pets")

    class Named(Base):
        __tablename__ = "other_name"

    class FromNamed(Named):
        id = db.Column(db.Integer, db.ForeignKey("other_name.id"), primary_key=True)

    class Elsewhere(Base):
        __bind_key__ = "logs"
        line = db.Column(db.String(9))

    db.Table("loose", db.Column("x", db.Integer), bind_key="logs")
    return {name: value for name, value in locals().items() if isinstance(value, type)}


class TestModels:
    def test_tables_have_the_same_names_and_definitions(self) -> None:
        def define(side: Side) -> Any:
            db = side.database()
            shop(db)
            return ddl(db)

        found = both(define)
        text = "".join(each for tables in found.values() for each in tables)
        for name in ("http_request_log", "user2_role", "manager", "other_name", "from_named", "elsewhere", "loose"):
            assert f"CREATE TABLE {name} (" in text
        assert "CREATE TABLE employee" not in text

    @pytest.mark.parametrize(
        "name", ["User", "HTTPServer", "UserProfileX", "A", "ABC", "_Private", "Ab1Cd2", "user", "X9Y", "HTMLAndURL2Go"]
    )
    def test_names_of_tables(self, name: str) -> None:
        def define(side: Side) -> Any:
            db = side.database()
            return type(name, (db.Model,), {"id": db.Column(db.Integer, primary_key=True)}).__tablename__

        assert both(define).islower()

    def test_naming_conventions_are_those_of_the_given_metadata_for_all_binds(self) -> None:
        def define(side: Side) -> Any:
            convention = {
                "pk": "pk_%(table_name)s",
                "uq": "uq_%(table_name)s_%(column_0_name)s",
                "ck": "ck_%(table_name)s",
            }
            db = side.database(metadata=sa.MetaData(naming_convention=convention))
            shop(db)
            return ddl(db)

        assert "pk_" in str(both(define))

    def test_no_primary_key_and_no_names(self) -> None:
        def without_key(side: Side) -> Any:
            db = side.database()
            return type("Broken", (db.Model,), {"x": db.Column(db.Integer)})

        def unnamed(side: Side) -> Any:
            db = side.database(disable_autonaming=True)
            return type("Broken", (db.Model,), {"id": db.Column(db.Integer, primary_key=True)})

        assert both_refuse(without_key)[0] == "ArgumentError"
        assert both_refuse(unnamed)[0] == "InvalidRequestError"

    def test_classes_of_ones_own(self) -> None:
        def define(side: Side) -> Any:
            class Mine(side.model):
                def hello(self) -> str:
                    return f"hello {type(self).__name__}"

            db = side.database(model_class=Mine)

            class BigUser(db.Model):
                id = db.Column(db.Integer, primary_key=True)

            return BigUser().hello(), repr(BigUser())[:20], ddl(db)

        hello, shown, _ = both(define)
        assert (hello, shown[:8]) == ("hello BigUser", "<BigUser")

    def test_models_that_are_declared_as_of_2_0(self) -> None:
        def define(side: Side) -> Any:
            class Base(DeclarativeBase):
                pass

            db = side.database(model_class=Base)

            class BigUser(db.Model):
                id: Mapped[int] = mapped_column(primary_key=True)
                name: Mapped[str] = mapped_column(sa.String(20))

            class LogLine(db.Model):
                __bind_key__ = "logs"
                id: Mapped[int] = mapped_column(primary_key=True)

            class Chief(BigUser):
                pass

            return ddl(db), Chief.__table__.name, repr(BigUser(name="a"))[:9], db.metadata is BigUser.metadata

        assert "big_user" in str(both(define))

    def test_two_bases_are_refused(self) -> None:
        def define(side: Side) -> Any:
            class Base(DeclarativeBase, DeclarativeBaseNoMeta):
                pass

            return side.database(model_class=Base)

        assert both_refuse(define)[0] == "ValueError"

    def test_what_else_is_asked_for_is_of_sqlalchemy(self) -> None:
        def ask(side: Side) -> Any:
            db = side.database()
            names = ("String", "func", "select", "joinedload", "ForeignKey", "event", "inspect", "text", "and_", "or_")
            return [getattr(db, name) for name in names]

        def ask_in_vain(side: Side) -> Any:
            return side.database().no_such_thing

        both(ask)
        assert both_refuse(ask_in_vain)[0] == "AttributeError"


def filled(side: Side, count: int = 0, config: dict[str, Any] | None = None) -> tuple[Any, Any, Any]:
    """An application, its ``db`` and one model, with rows."""
    db = side.database()

    class Item(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(20), unique=True)

    app = side.app(config)
    db.init_app(app)
    with side.context(app):
        db.create_all()
        db.session.add_all([Item(name=f"item {number:03}") for number in range(1, count + 1)])
        db.session.commit()
    return app, db, Item


def shown(page: Any) -> dict[str, Any]:
    """All that a page says of itself."""
    names = ("page", "per_page", "pages", "total", "has_prev", "has_next", "prev_num", "next_num", "first", "last")
    return {
        **{name: getattr(page, name) for name in names},
        "items": [each.name for each in page],
        "numbers": list(page.iter_pages()),
        "few": list(page.iter_pages(left_edge=1, left_current=1, right_current=2, right_edge=1)),
        "none": list(page.iter_pages(left_edge=0, left_current=0, right_current=0, right_edge=0)),
    }


class TestPages:
    @pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 137])
    def test_every_page_is_the_same(self, count: int) -> None:
        def pages(side: Side) -> Any:
            app, db, item = filled(side, count)
            found = []
            with side.context(app):
                for per_page in (1, 3, 20, 150):
                    for number in range(-1, count // per_page + 3):
                        query = item.query.order_by(item.id)
                        found += [_page(query, number, per_page, error_out) for error_out in (False, True)]
                    query = db.select(item).order_by(item.id.desc())
                    last = count // per_page + 1
                    found.append(shown(db.paginate(query, page=last, per_page=per_page, error_out=False)))
                    found.append(shown(db.paginate(query, per_page=per_page, max_per_page=2, count=False)))
            return found

        assert len(both(pages)) > 20

    def test_a_page_without_a_maximum_and_those_beside_it(self) -> None:
        def pages(side: Side) -> Any:
            app, _, item = filled(side, 250)
            with side.context(app):
                page = item.query.paginate(page=2, per_page=110)
                return [shown(each) for each in (page, page.prev(), page.next())]

        assert len({str(each) for each in both(pages)}) == 3

    def test_numbers_of_the_request(self) -> None:
        def asked(side: Side) -> Any:
            app, db, item = filled(side, 45)
            route(app, "/query", lambda: str(shown(item.query.order_by(item.id).paginate())))
            route(app, "/select", lambda: str(shown(db.paginate(db.select(item).order_by(item.id), max_per_page=30))))
            route(
                app,
                "/lenient",
                lambda: str(shown(item.query.order_by(item.id).paginate(error_out=False, max_per_page=7))),
            )
            pages = (
                "",
                "1",
                "3",
                "4",
                "0",
                "-1",
                "x",
                "1.5",
                "%202",
                "1&page=2",
                "2&per_page=30",
                "2&per_page=0",
                "%FF",
            )
            pages += ("1&per_page=", "1&per_page=-3", "1&per_page=1000", "1&per_page=ten", "1_0", "%D9%A2")
            paths = [f"/{which}?page={page}" for which in ("query", "select", "lenient") for page in pages]
            return [answer(side, app, path) for path in ("/query", "/query?per_page=9", *paths)]

        found = both(asked)
        assert {status for status, _ in found} == {200, 404}


def _page(query: Any, number: int, per_page: int, error_out: bool) -> Any:
    try:
        return shown(query.paginate(page=number, per_page=per_page, error_out=error_out))
    except Exception as error:  # noqa: BLE001 - of Werkzeug or of Starlette
        return getattr(error, "code", error)


def route(app: Any, path: str, view: Callable[..., str]) -> None:
    if isinstance(app, FastAPI):
        app.add_api_route(path, view, response_class=PlainTextResponse)
    else:
        app.add_url_rule(path, path, lambda: flask.Response(view(), mimetype="text/plain"))


def answer(side: Side, app: Any, path: str) -> tuple[int, str]:
    if side.name == "flask":
        response = app.test_client().get(path)
        return response.status_code, response.text
    found = asyncio.run(answers(app, [path]))
    return found[0]


async def answers(app: Any, paths: list[str]) -> list[tuple[int, str]]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        found = await asyncio.gather(*(client.get(path) for path in paths))
    return [(each.status_code, each.text) for each in found]


class TestNotFound:
    def test_pages_for_what_is_not_there(self) -> None:
        def asked(side: Side) -> Any:
            app, db, item = filled(side, 3)
            select = db.select(item)
            views = {
                "/get": lambda: item.query.get_or_404(1).name,
                "/get-none": lambda: item.query.get_or_404(9).name,
                "/get-said": lambda: item.query.get_or_404(9, description="no <such> item").name,
                "/first": lambda: item.query.filter_by(id=2).first_or_404().name,
                "/first-none": lambda: item.query.filter_by(id=9).first_or_404("gone").name,
                "/one": lambda: item.query.filter_by(id=3).one_or_404().name,
                "/one-none": lambda: item.query.filter_by(id=9).one_or_404().name,
                "/one-of-many": lambda: item.query.one_or_404(description="many").name,
                "/db-get": lambda: db.get_or_404(item, 1).name,
                "/db-get-none": lambda: db.get_or_404(item, 9, description="none").name,
                "/db-first": lambda: db.first_or_404(select.filter_by(id=1)).name,
                "/db-first-none": lambda: db.first_or_404(select.filter_by(id=9)).name,
                "/db-one": lambda: db.one_or_404(select.filter_by(id=1)).name,
                "/db-one-of-many": lambda: db.one_or_404(select, description="two").name,
            }
            for path, view in views.items():
                route(app, path, view)
            return [answer(side, app, path) for path in views]

        found = both(asked)
        assert [status for status, _ in found].count(404) == 8


class TestSessions:
    def test_what_was_not_committed_is_gone_after_a_request(self) -> None:
        def asked(side: Side) -> Any:
            app, db, item = filled(side, 1)

            def add() -> str:
                db.session.add(item(name="new"))
                db.session.flush()
                return str(item.query.count())

            def fail() -> str:
                add()
                raise ValueError

            def commit() -> str:
                add()
                db.session.commit()
                return str(item.query.count())

            views = {"/add": add, "/fail": fail, "/count": lambda: str(item.query.count()), "/commit": commit}
            for path, view in views.items():
                route(app, path, view)
            paths = ("/add", "/count", "/fail", "/count", "/commit", "/count", "/commit", "/count")
            return [answer(side, app, path)[0:2] for path in paths]

        assert [text for _, text in both(asked)][1:7:2] == ["1", "1", "2"]

    def test_objects_are_detached_after_their_context(self) -> None:
        def outside(side: Side) -> Any:
            app, db, item = filled(side, 1)
            with side.context(app):
                first = item.query.first()
                one = db.session()
                assert db.session() is one
                with side.context(app):
                    assert db.session() is not one
                assert db.session() is one
                db.session.commit()
            assert sa.inspect(first).detached
            return first.name

        assert both_refuse(outside)[0] == "DetachedInstanceError"

    def test_requests_in_a_context_that_a_test_has_pushed_share_its_session(self) -> None:
        def inside(side: Side) -> Any:
            app, db, item = filled(side, 1)
            route(app, "/count", lambda: f"{item.query.count()} {len(db.session.identity_map)}")
            with side.context(app):
                new = item(name="new")
                db.session.add(new)
                db.session.flush()
                told = answer(side, app, "/count")
                still = new in db.session
            return told, still, answer(side, app, "/count")

        assert both(inside) == ((200, "2 1"), True, (200, "1 0"))

    def test_there_is_no_session_outside_of_a_context(self) -> None:
        def outside(side: Side) -> Any:
            _, db, _ = filled(side)
            return db.session()

        def outside_query(side: Side) -> Any:
            _, _, item = filled(side)
            return item.query

        def outside_engine(side: Side) -> Any:
            _, db, _ = filled(side)
            return repr(db).startswith("<SQLAlchemy"), db.engine

        for each in (outside, outside_query, outside_engine):
            assert both_refuse(each)[0] == "RuntimeError"

    def test_a_handler_of_errors_has_the_session_of_its_request(self) -> None:
        app, db, item = filled(SIDES[1], 1)
        seen: list[Any] = []

        def fail() -> str:
            seen.append(db.session())
            db.session.add(item(name="item 001"))
            db.session.flush()
            return ""

        def handle(request: Any, error: Exception) -> PlainTextResponse:
            seen.append(db.session())
            db.session.rollback()
            return PlainTextResponse(f"{type(error).__name__} {item.query.count()}", 500)

        route(app, "/", fail)
        app.add_exception_handler(500, handle)
        assert answer(SIDES[1], app, "/") == (500, "IntegrityError 1")
        assert seen[0] is seen[1]
        assert not seen[0].identity_map

    def test_twenty_requests_at_once_have_a_session_each(self, tmp_path: Path) -> None:
        settings = {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/all.db"}
        app, db, item = filled(SIDES[1], 20, {**settings, "SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": 20}})
        meeting = threading.Barrier(20, timeout=20)
        sessions: dict[int, Any] = {}

        def rename(number: int) -> str:
            mine = db.session.get(item, number)
            mine.name = f"renamed {number}"
            sessions[number] = db.session()
            meeting.wait()
            with db.session.no_autoflush:
                names = [each.name for each in db.session]
            return f"{names} {len(db.session.dirty)} {db.session() is sessions[number]}"

        app.add_api_route("/{number}", rename, response_class=PlainTextResponse)
        found = asyncio.run(answers(app, [f"/{number}" for number in range(1, 21)]))
        assert found == [(200, f"['renamed {number}'] 1 True") for number in range(1, 21)]
        assert len(set(map(id, sessions.values()))) == 20
        assert not db.session.registry.registry
        with app_context(app):
            assert not item.query.filter(item.name.like("renamed%")).count()
            assert db.engine.pool.checkedout() <= 1

    def test_parts_of_one_request_share_its_session(self) -> None:
        app, db, _ = filled(SIDES[1])

        def dependency() -> int:
            return id(db.session())

        def view(of_dependency: int = fastapi.Depends(dependency)) -> str:
            return str(of_dependency == id(db.session()))

        app.add_api_route("/", view, response_class=PlainTextResponse)
        assert asyncio.run(answers(app, ["/"] * 40)) == [(200, "True")] * 40


class TestEngines:
    @pytest.mark.parametrize(
        "config",
        [
            {"SQLALCHEMY_DATABASE_URI": "sqlite:///:memory:", "SQLALCHEMY_ECHO": False},
            {"SQLALCHEMY_BINDS": {"logs": "sqlite://"}},
            {
                "SQLALCHEMY_DATABASE_URI": "sqlite://",
                "SQLALCHEMY_BINDS": {"logs": {"url": "sqlite://"}, "b": "sqlite://"},
            },
            {
                "SQLALCHEMY_ENGINE_OPTIONS": {
                    "url": "sqlite:////tmp/some.db",
                    "pool_size": 3,
                    "isolation_level": "SERIALIZABLE",
                }
            },
            {
                "SQLALCHEMY_DATABASE_URI": sa.engine.make_url("sqlite:////tmp/other.db"),
                "SQLALCHEMY_BINDS": {None: "sqlite://"},
            },
            {"SQLALCHEMY_DATABASE_URI": "sqlite:///file:/tmp/third.db?uri=true"},
        ],
    )
    def test_engines_of_settings(self, config: dict[str, Any]) -> None:
        def engines(side: Side) -> Any:
            db, app = side.database(), side.app(config)
            db.init_app(app)
            with side.context(app):
                found = {key: (str(each.url), type(each.pool).__name__, each.echo) for key, each in db.engines.items()}
                return found, list(db.metadatas), repr(db) if None in db.engines else ""

        found, *_ = both(engines)
        assert found

    @pytest.mark.parametrize("config", [{}, {"SQLALCHEMY_BINDS": {}}])
    def test_settings_without_a_database_are_refused(self, config: dict[str, Any]) -> None:
        def init(side: Side) -> Any:
            side.database().init_app(side.app(config))

        assert both_refuse(init)[0] == "RuntimeError"

    def test_every_bind_has_its_own_tables(self) -> None:
        def bound(side: Side) -> Any:
            db = side.database()
            app = side.app({"SQLALCHEMY_DATABASE_URI": URI, "SQLALCHEMY_BINDS": {"logs": URI}})
            db.init_app(app)
            shop_models = shop(db)
            with side.context(app):
                db.create_all()
                db.session.add_all([shop_models["Elsewhere"](line="a"), shop_models["Tag"](word="b")])
                db.session.commit()
                made = {key: sorted(sa.inspect(each).get_table_names()) for key, each in db.engines.items()}
                words: list[Any] = [
                    shop_models["Elsewhere"].query.one().line,
                    db.session.scalars(db.select(shop_models["Tag"].word)).one(),
                ]
                db.session.execute(db.update(shop_models["Elsewhere"]).values(line="c"))
                words.append(db.session.get(shop_models["Elsewhere"], 1).line)
                db.session.remove()
                db.drop_all("logs")
                return made, words, {key: len(sa.inspect(each).get_table_names()) for key, each in db.engines.items()}

        made, words, left = both(bound)
        assert made["logs"] == ["elsewhere", "loose"]
        assert words == ["a", "b", "c"]
        assert left["logs"] == 0

    def test_an_unknown_bind(self) -> None:
        def bound(side: Side) -> Any:
            app, db, _ = filled(side)
            with side.context(app):
                db.create_all("nowhere")

        assert both_refuse(bound)[0] == "UnboundExecutionError"

    def test_tables_are_read_from_the_database(self) -> None:
        def read(side: Side) -> Any:
            app, db, _ = filled(side)
            other = side.database(metadata=sa.MetaData())
            with side.context(app):
                db.metadata.clear()
                db.reflect()
                return sorted(db.metadata.tables), list(other.metadatas)

        assert both(read)[0] == ["item"]

    def test_a_relative_path_is_in_the_instance_folder(self, tmp_path: Path) -> None:
        def place(side: Side) -> Any:
            db, app = side.database(), side.app({"SQLALCHEMY_DATABASE_URI": "sqlite:///a/shop.db"})
            if side.name == "flask":
                app.instance_path = str(tmp_path)
            else:
                app.state.instance_path = str(tmp_path)
            db.init_app(app)
            with side.context(app):
                return db.engine.url.database

        assert both(place) == f"{tmp_path}/a/shop.db"

    def test_two_on_one_application_are_refused(self) -> None:
        def second(side: Side) -> Any:
            app, _, _ = filled(side)
            side.database(app)

        def unknown(side: Side) -> Any:
            _, db, _ = filled(side)
            with side.context(side.app()):
                return db.engine

        assert both_refuse(second)[0] == "RuntimeError"
        assert both_refuse(unknown)[0] == "RuntimeError"

    def test_drivers_of_mysql(self) -> None:
        def options(side: Side, url: str, given: dict[str, Any]) -> Any:
            if side.name == "flask":
                side.database()._apply_driver_defaults(made := {"url": url, **given}, side.app())
            else:
                apply_driver_defaults(made := {"url": url, **given}, side.app())
            return str(made.pop("url")), made

        for url in ("mysql+pymysql://a:b@c/d", "mysql://a/b?charset=latin1", "postgresql://a/b"):
            made, _ = both(lambda side, url=url: options(side, url, {}))
            assert made.startswith(url.partition(":")[0])
            _, more = both(lambda side, url=url: options(side, url, {"pool_class": sa.pool.NullPool}))
            assert more["pool_class"] is sa.pool.NullPool
