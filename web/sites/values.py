"""What an admin types about a website, made safe to stand in a header or a style sheet: pure functions on text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from web.sites.errors import BadSite

# Each entry point: what its tab or button says. `ask` is the chat itself.
ENTRIES = {
    "guides": "我要办事",
    "ask": "我要提问",
    "contact": "我要联系",
    "policies": "产业政策",
    "meetings": "会议通知",
    "activities": "活动公告",
}
LAYOUTS = {"tabs": "标签页", "grid": "快捷按钮", "none": "不显示"}
COLOUR = "#124a8c"
LEAST_CONTRAST = 4.5  # WCAG 2.1, 1.4.3: text on the colour is white
MOST_ORIGINS = 20
_ORIGIN = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def origins(text: str) -> list[str]:
    """Return the addresses of an input, one a line, each as scheme, host and port only (BadSite)."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise BadSite("请至少填一个网址，如 https://www.example.cn")
    if len(lines) > MOST_ORIGINS:
        raise BadSite(f"一个网站最多填 {MOST_ORIGINS} 个网址")
    return list(dict.fromkeys(map(_origin, lines)))


def _origin(line: str) -> str:
    found = origin_of(line)
    if not _ORIGIN.fullmatch(found):
        raise BadSite(f"“{line[:80]}”不是网址；要写成 https://www.example.cn，不带路径和通配符")
    return found


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address in small letters and ASCII, empty when it has none."""
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except (ValueError, UnicodeError):
        return ""
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    if not host or usual is None:
        return ""
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def colour(text: str) -> str:
    """Return a colour as #rrggbb on which white text can be read (BadSite); empty means the usual one."""
    found = text.strip().lower() or COLOUR
    if not _COLOUR.fullmatch(found):
        raise BadSite("颜色要写成 #124a8c 这样")
    if contrast_with_white(found) < LEAST_CONTRAST:
        raise BadSite("这个颜色太浅，上面的白字看不清；请换深一些的")
    return found


def contrast_with_white(found: str) -> float:
    """Return the contrast of #rrggbb with white, 1-21, by WCAG's relative luminance."""
    parts = [int(found[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def entries(given: Iterable[str]) -> list[str]:
    """Return the known entry points in the order given, each once."""
    return list(dict.fromkeys(name for name in given if name in ENTRIES))
