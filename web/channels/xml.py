"""The small XML of WeChat and WeCom: read without entities or nesting, written with every text escaped."""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers.expat import ExpatError

import xmltodict

from web.channels.errors import GarbledCall

FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")


def read(body: bytes) -> dict[str, str]:
    """Return the texts of the elements below the root (GarbledCall).

    Document types, entities, repeated elements and other character sets than UTF-8 are refused. Elements that have
    elements of their own, which no message that we read has, are left out.
    """
    if any(mark in body.upper() for mark in FORBIDDEN):
        raise GarbledCall("XML 里不能有 DOCTYPE 或实体")
    try:
        text = body.decode("utf-8")
        root = xmltodict.parse(text, disable_entities=True)["xml"]
    except (UnicodeDecodeError, ExpatError, ValueError, KeyError, RecursionError) as error:
        raise GarbledCall("请求体不是约定的 XML") from error
    if not isinstance(root, dict):
        raise GarbledCall("请求体不是约定的 XML")
    if any(isinstance(value, list) for value in root.values()):
        raise GarbledCall("XML 里有重复的元素")
    return {name: value or "" for name, value in root.items() if value is None or isinstance(value, str)}


def write(fields: Mapping[str, str | int]) -> str:
    """Return an <xml> document of these elements; texts are CDATA, as the vendors' documents show them."""
    return "<xml>" + "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items()) + "</xml>"


def _value(value: str | int) -> str:
    return str(value) if isinstance(value, int) else f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
