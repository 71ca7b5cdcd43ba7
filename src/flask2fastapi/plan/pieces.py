"""Which piece of the support code defines a name that converted code imports."""

from __future__ import annotations

PIECES = {
    **dict.fromkeys(("in_flask_context", "FromDecorator"), "in_flask_context"),
    "FlaskJSONResponse": "flask_json",
    "FlaskRequest": "flask_request",
    "FlaskResponse": "flask_response",
    "make_response": "flask_response",
    "answer": "flask_answer",
    "Returned": "flask_returned",
    "jsonify": "flask_jsonify",
    "redirect": "flask_redirect",
    "url_for": "flask_url_for",
    "stream_with_context": "flask_stream",
    "send_file": "flask_files",
    "send_from_directory": "flask_files",
    **dict.fromkeys(("json_dumps", "json_dump", "json_loads", "json_load"), "flask_dumps"),
    "FormBody": "form_body",
    "FormFiles": "form_body",
    "JSONBody": "json_body",
    "JSONReader": "json_body",
    "json_body": "json_body",
    "lenient": "lenient",
    "lenient_list": "lenient_list",
}
"""Names that converted code imports from the support module -> the pieces that define them."""
FULL_PIECES = {
    "FlaskJSONResponse": "full_json",
    "FlaskRequest": "full_request",
    "FlaskResponse": "full_response",
    "FormBody": "full_form",
    "FormFiles": "full_form",
    "make_response": "full_response",
    "answer": "full_answer",
    "Returned": "full_returned",
    "jsonify": "full_jsonify",
    "redirect": "full_redirect",
    "url_for": "full_url_for",
    "abort": "full_abort",
    "send_file": "full_files",
    "send_from_directory": "full_files",
    "stream_with_context": "full_stream",
    "FlaskStaticFiles": "full_static",
    **dict.fromkeys(("json_dumps", "json_dump", "json_loads", "json_load"), "full_dumps"),
    "JSONBody": "full_body",
    "JSONReader": "full_body",
    "json_body": "full_body",
    "lenient": "lenient",
    "lenient_list": "lenient_list",
    **dict.fromkeys(("description", "error_name", "error_text"), "full_errors"),
}
"""The same where there is no Flask."""
