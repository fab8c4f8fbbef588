"""The OpenAPI document, made from the views themselves."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.schema import model_schema, schema

from web.pages.api import schemas
from web.pages.api.operation import Operation

REFERENCE = "#/components/schemas/"
ERROR_TEXTS = {
    400: "请求体不是正确的 JSON",
    401: "没有令牌，或令牌不对、已过期、被撤销",
    403: "签名不对或已过期，或没有这个权限",
    404: "没有这一项",
    409: "已经来过",
    413: "请求太大",
    422: "字段不能用",
    429: "太频繁",
    503: "暂时答不了，可重试",
}


def document(app: Flask, title: str) -> dict[str, Any]:
    """Return the document of every view that `operation` marks."""
    paths: dict[str, dict[str, Any]] = {}
    models: set[type[BaseModel]] = {schemas.Error}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        described = getattr(app.view_functions[rule.endpoint], "operation", None)
        if described is None:
            continue
        models |= {model for model in (described.body, described.answer) if model}
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            entry = paths.setdefault(path, {})[method.lower()] = _operation(described, rule.endpoint, path)
            if hasattr(app.view_functions[rule.endpoint], "token_right"):
                entry["security"] = [{"token": []}]
    definitions = schema(sorted(models, key=lambda model: model.__name__), ref_prefix=REFERENCE)["definitions"]
    return {
        "openapi": "3.0.3",
        "info": {"title": title, "version": "1"},
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(described: Operation, endpoint: str, path: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "summary": described.summary,
        "operationId": endpoint.replace(".", "_"),
        "responses": _responses(described),
    }
    parameters = [_path_parameter(name) for name in re.findall(r"{(\w+)}", path)]
    if described.query:
        parameters += _query_parameters(described.query)
    if parameters:
        result["parameters"] = parameters
    if described.body:
        result["requestBody"] = {"required": True, "content": _json(described.body)}
    return result


def _responses(described: Operation) -> dict[str, Any]:
    good = {"description": "成功", **({"content": _json(described.answer)} if described.answer else {})}
    errors = {
        str(status): {"description": ERROR_TEXTS[status], "content": _json(schemas.Error)}
        for status in described.errors
    }
    return {"200": good, **errors}


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REFERENCE + model.__name__}}}


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    described = model_schema(model, ref_prefix=REFERENCE)
    required = set(described.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in described["properties"].items()
    ]
