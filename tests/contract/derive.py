"""Bare schemas from the API's OpenAPI document: see README.md.

    python3 tests/contract/derive.py < openapi.json > tests/contract/schemas.json
"""

import json
import sys

PROSE = {"description", "example", "examples", "title", "summary", "externalDocs"}
METHODS = {"get", "post", "put", "patch", "delete"}


def bare(schema):
    """JSON Schema 2020-12 without prose: OpenAPI's `nullable` becomes a type."""
    if not isinstance(schema, dict):
        return schema
    out = {key: value for key, value in schema.items() if key not in PROSE and key != "nullable"}
    if "properties" in out:
        out["properties"] = {name: bare(value) for name, value in out["properties"].items()}
    for key in ("allOf", "oneOf", "anyOf"):
        if key in out:
            out[key] = [bare(value) for value in out[key]]
    for key in ("items", "not", "additionalProperties"):
        if key in out:
            out[key] = bare(out[key])
    if schema.get("nullable"):
        if "type" in out:
            out["type"] = [out["type"], "null"]
        if "enum" in out and None not in out["enum"]:
            out["enum"] = [*out["enum"], None]
    return out


def answer(response):
    """The schema of a response's JSON body, or null where the document gives none."""
    content = response.get("content", {}).get("application/json", {})
    return bare(content["schema"]) if "schema" in content else None


document = json.load(sys.stdin)
operations = {}
for path, item in document["paths"].items():
    for method in METHODS & item.keys():
        responses = item[method]["responses"]
        operations[f"{method.upper()} {path}"] = {status: answer(responses[status]) for status in sorted(responses)}
schemas = {name: bare(schema) for name, schema in document["components"]["schemas"].items()}


def lines(table):
    return ",\n".join(f"  {json.dumps(key)}: {json.dumps(value, sort_keys=True)}" for key, value in sorted(table.items()))


print(f'{{"components": {{"schemas": {{\n{lines(schemas)}\n}}}},\n"operations": {{\n{lines(operations)}\n}}}}')
