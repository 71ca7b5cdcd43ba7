"""Inputs that views take through schemas."""

from __future__ import annotations

from flask2fastapi.index.inputs import read_inputs
from flask2fastapi.model.files import SourceFile
from flask2fastapi.model.inputs import Place

MODELS = """\
class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    title = db.Column(db.String(80), nullable=False)
    pages: Mapped[int] = mapped_column(Integer)
    secret = db.Column(db.String)
"""
SCHEMAS = """\
class BookSchema(SQLAlchemyAutoSchema):
    price = fields.Float(required=True)

    class Meta:
        model = Book
        exclude = ("secret",)

class BetterBookSchema(BookSchema):
    stars = fields.Int()
"""
VIEWS = """\
book_schema = BookSchema()

@books.route("/books", methods=["POST"])
@body(book_schema)
@response(OtherSchema())
def add(args):
    ...

@books.route("/books", methods=["GET"])
@arguments(BetterBookSchema(only=["stars"]), location="query")
def search(args):
    ...

class BookApi(Resource):
    schema = BetterBookSchema()

    def put(self):
        return self.schema.load(request.json)

    def patch(self):
        return BetterBookSchema(partial=True).load(request.json)
"""


def inputs():
    texts = {"models.py": MODELS, "schemas.py": SCHEMAS, "views.py": VIEWS}
    return read_inputs([SourceFile(path, text.encode(), text) for path, text in texts.items()])


def named(key):
    return {field.name for field in inputs()[key]}


def test_a_schema_of_a_model_takes_its_columns_but_for_keys_and_those_left_out():
    assert named("views:add") == {"price", "title", "pages"}
    assert {field.name: field.type for field in inputs()["views:add"]}["pages"] == "int"


def test_decorators_say_where_the_input_is():
    assert {field.place for field in inputs()["views:add"]} == {Place.JSON}
    assert {field.place for field in inputs()["views:search"]} == {Place.QUERY}


def test_schemas_are_found_as_attributes_and_as_calls_with_what_they_inherit():
    assert named("views:BookApi.put") == named("views:BookApi.patch") == {"stars", "price", "title", "pages"}
