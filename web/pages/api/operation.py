"""API views that say what they take and give: the same words check a request and document it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Response, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from web.errors import BadRequestBody, InvalidField

Model = TypeVar("Model", bound=BaseModel)
View = Callable[..., Any]

MESSAGES = {
    "value_error.missing": "缺少这个字段",
    "value_error.extra": "没有这个字段",
    "type_error.none.not_allowed": "不能为空",
    "type_error.str": "要是文字",
    "type_error.integer": "要是整数",
    "type_error.list": "要是列表",
    "value_error.date": "日期要写成 2026-11-22",
    "value_error.any_str.max_length": "太长，最多 {limit_value} 个字",
    "value_error.number.not_ge": "不能小于 {limit_value}",
    "value_error.number.not_le": "不能大于 {limit_value}",
    "value_error.list.max_items": "最多 {limit_value} 项",
}


@dataclass(frozen=True)
class Operation:
    """What one view does: its summary, its models and the statuses of its errors."""

    summary: str
    answer: type[BaseModel] | None
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    errors: tuple[int, ...] = ()


def operation(
    summary: str,
    answer: type[BaseModel] | None,
    *,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    errors: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """Mark a view; it is called with the checked body or query as its first argument.

    Its answer, a mapping, goes out as JSON; `answer` None means that the view makes its own response.
    """
    described = Operation(summary, answer, body, query, errors)

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(**path: Any) -> Any:
            if body:
                return view(read_body(body), **path)
            return view(_parsed(query, request.args.to_dict()), **path) if query else view(**path)

        checked.operation = described  # type: ignore[attr-defined]
        return checked

    return decorate


def read_body(model: type[Model]) -> Model:
    """Return the request's JSON as `model` (BadRequestBody, InvalidField)."""
    try:
        data = request.get_json()
    except UnsupportedMediaType as error:
        raise BadRequestBody("请求头 Content-Type 应为 application/json") from error
    except (BadRequest, UnicodeDecodeError) as error:
        raise BadRequestBody("请求体不是正确的 JSON") from error
    if not isinstance(data, dict):
        raise BadRequestBody("请求体应是一个 JSON 对象")
    return _parsed(model, data)


def no_store(response: Response) -> Response:
    """Keep answers of the API out of every cache."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _parsed(model: type[Model], data: dict[str, Any]) -> Model:
    try:
        return model.parse_obj(data)
    except ValidationError as error:
        raise InvalidField("；".join(_complaint(item) for item in error.errors())) from error


def _complaint(item: Any) -> str:
    name = ".".join(map(str, item["loc"]))
    if item["type"] == "value_error.const":
        return f"{name}：只能是 {'、'.join(map(str, item['ctx']['permitted']))}"
    return f"{name}：" + MESSAGES.get(item["type"], str(item["msg"])).format(**item.get("ctx", {}))
