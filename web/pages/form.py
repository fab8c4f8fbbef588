"""Web forms that say what they take: a page declares its fields once, its view gets them read and checked.

A model says what arrives, its types and its lengths; what it means is checked by the services. Files stay in
`request.files`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, Field, validate_model
from pydantic.fields import SHAPE_DICT, SHAPE_LIST, ModelField
from werkzeug.datastructures import MultiDict

from web.errors import InvalidField, WebError
from web.pages.api.operation import MESSAGES

View = Callable[..., Any]
MOST_ITEMS = 200
SAID = {
    **MESSAGES,
    "value_error.any_str.max_length": "最多 {limit_value} 个字，现在 {length} 个",
    "type_error.bool": "要写成是或否",
}


class Form(BaseModel):
    """What a form sends; a field that the model does not declare is none of its business."""

    class Config:
        allow_mutation = False

    def filled(self, *names: str) -> dict[str, Any]:
        """Return the fields, or those of these names, that were not left empty."""
        return {
            name: value
            for name, value in self
            if value not in ("", [], {}, None) and name in (names or self.__fields__)
        }


Model = TypeVar("Model", bound=Form)


def written(label: str, most: int, *, usual: str = "", trim: bool = True) -> Any:
    """Return the declaration of a text of at most so many characters; outer blanks go unless told otherwise."""
    return Field(usual, title=label, max_length=most, trim=trim)


def chosen(label: str, most: int, *, items: int = MOST_ITEMS, trim: bool = True) -> Any:
    """Return the declaration of a list: every value of the name that is not empty, each at most so long."""
    return Field([], title=label, max_length=most, max_items=items, trim=trim)


def each(label: str, most: int) -> Any:
    """Return the declaration of a text for each of several items: what is sent as name:item, each at most so long."""
    return Field({}, title=label, max_length=most)


def whole(label: str, least: int, most: int, *, usual: int | None = None) -> Any:
    """Return the declaration of a whole number in a range; left empty it is the usual one."""
    return Field(usual, title=label, ge=least, le=most)


def ticked(label: str, *, usual: bool | None = False) -> Any:
    """Return the declaration of a box to tick, or of a choice between yes and no; not sent it is the usual one."""
    return Field(usual, title=label)


def form(model: type[Form] | Callable[[], type[Form]], error: type[WebError] = InvalidField) -> Callable[[View], View]:
    """Have a view called with the sent form as `given`, its last argument, read as the model.

    A field that cannot be used raises `error` with a sentence for each such field. A view with an argument `problems`
    gets that error instead, None when there is none, to show its page again: what was typed stands in `given` then,
    as it was typed. Where the fields stand in a file, a function returns the model, and is called with the first form.
    """

    def decorate(view: View) -> View:
        shows = "problems" in signature(view).parameters

        @wraps(view)
        def filled(*before: Any, **path: Any) -> Any:
            declared: type[Form] = model if isinstance(model, type) else model()
            given, problems = read(declared, request.form, error)
            if shows:
                return view(*before, **path, problems=problems, given=given)
            if problems:
                raise problems
            return view(*before, **path, given=given)

        return filled

    return decorate


def read(model: type[Model], sent: MultiDict[str, str], error: type[WebError]) -> tuple[Model, WebError | None]:
    """Return the form, and what is wrong with it; a field that cannot be used stays as it was typed."""
    typed = {name: value for name, field in model.__fields__.items() if (value := _typed(field, sent)) is not None}
    values, _, wrong = validate_model(model, typed)
    if wrong is None:
        return model.construct(**values), None
    complaints = {str(item["loc"][0]): _complaint(model, typed, item) for item in wrong.errors()}
    given = model.construct(**values, **{name: typed[name] for name in complaints})
    return given, error("；".join(complaints.values()), field=next(iter(complaints)))


def _typed(field: ModelField, sent: MultiDict[str, str]) -> Any:
    """Return what stands in the field; None when nothing does, so that the usual value holds."""
    trim = field.field_info.extra.get("trim", True)
    if field.shape == SHAPE_LIST:
        return [value for value in (_tidy(value, trim) for value in sent.getlist(field.name)) if value]
    if field.shape == SHAPE_DICT:
        start = f"{field.name}:"
        return {name[len(start) :]: _tidy(value, trim) for name, value in sent.items() if name.startswith(start)}
    if field.name not in sent:
        return None
    value = _tidy(sent[field.name], trim)
    return value if value or issubclass(field.type_, str) else None


def _tidy(value: str, trim: bool) -> str:
    """Return a text with the line ends that it was typed with: browsers send two characters for each."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if trim else value


def _complaint(model: type[Form], typed: Any, item: Mapping[str, Any]) -> str:
    label, value = model.__fields__[item["loc"][0]].field_info.title, typed
    for step in item["loc"]:
        value = value[step]
    said = SAID.get(item["type"], str(item["msg"]))
    return f"“{label}”" + said.format(**item.get("ctx", {}), length=len(str(value)))
