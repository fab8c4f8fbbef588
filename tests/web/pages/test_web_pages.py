"""The public pages: complete, readable without JavaScript, and deaf to markup in data."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from fake_site import open_site, some_entries

WRITERS = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def page(site, path):
    reply = site.client.get(path)
    assert reply.status_code == 200
    return BeautifulSoup(reply.text, "html.parser")


def test_every_entry_has_a_page_with_all_its_parts(site):
    for entry in site.entries:
        soup = page(site, f"/entries/{entry.id}")
        assert soup.h1.text == entry.title
        headings = {heading.text for heading in soup.find_all("h2")}
        assert {"来源", "依据"} <= headings
        assert f"第 {entry.version} 版" in soup.text


def test_guide_shows_materials_steps_and_both_times(site):
    soup = page(site, "/entries/A1-company-setup")
    assert [row.th.text for row in soup.find(id="materials").find("tbody").find_all("tr")][2] == "公司章程"
    assert len(soup.find(id="steps").ol.find_all("li")) == 5
    times = soup.find(id="time").text
    assert times.index("法定时限") < times.index("3个工作日") < times.index("承诺时限")


def test_sources_show_grade_day_and_link(site):
    rows = page(site, "/entries/A1-company-setup").find(id="sources").tbody.find_all("tr")
    assert "已核对条文" in rows[0].text
    assert "2026-11-01" in rows[0].text
    assert rows[2].a["href"].startswith("http")
    assert "noopener" in rows[2].a["rel"]


def test_confused_and_related_entries_are_links_only_when_they_exist(site):
    soup = page(site, "/entries/A1-company-setup")
    assert soup.find("a", string="公司变更登记")["href"] == "/entries/A4-company-change"
    assert soup.find("a", string="企业名称自主申报")
    assert "B3-tax-registration" not in soup.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"effective_to": dt.date(2025, 1, 1)}, "已失效：有效期到 2025-01-01"),
        ({"status": "abolished"}, "已废止"),
        ({"effective_from": dt.date(2099, 1, 1)}, "尚未生效：自 2099-01-01 起施行"),
        ({"status": "superseded", "superseded_by": "A4-company-change"}, "现行内容：公司变更登记"),
    ],
)
def test_page_of_an_entry_not_in_force_carries_a_banner(settings, changes, words):
    first, *rest = some_entries()
    with open_site(settings, (first.copy(update=changes), *rest)) as site:
        assert words in page(site, f"/entries/{first.id}").find(class_="banner").text


def test_current_entry_has_no_banner(site):
    assert page(site, "/entries/A1-company-setup").find(class_="banner") is None


def test_list_searches_and_filters(site):
    assert "共 6 项" in page(site, "/entries").text
    found = page(site, "/entries?q=开公司").find_all(class_="result-title")
    assert [link["href"] for link in found][:1] == ["/entries/A1-company-setup"]
    assert "共 1 项" in page(site, "/entries?kind=package").text
    assert "没有找到" in page(site, "/entries?q=没有这样的事项").text


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999999", "kind=none", "q=" + "字" * 900, "page=-1"])
def test_list_forgives_an_address_that_makes_no_sense(site, query):
    page(site, f"/entries?{query}")


def test_markup_in_an_entry_is_shown_as_text(settings):
    first = some_entries()[0]
    question = first.faq[0].copy(update={"q": EVIL, "a": EVIL})
    body = first.body.copy(update={"audience": EVIL, "place": EVIL, "mistakes": (EVIL,)})
    source = first.sources[0].copy(update={"name": EVIL, "url": "javascript:alert(1)"})
    evil = first.copy(
        update={"title": EVIL, "summary": EVIL, "theme": EVIL, "faq": (question,), "body": body, "sources": (source,)}
    )
    with open_site(settings, (evil,)) as site:
        for path in (f"/entries/{first.id}", "/entries", "/"):
            soup = page(site, path)
            assert [image["src"] for image in soup.find_all("img") if not image["src"].startswith("/entries/")] == []
            assert not soup.find_all(onerror=True)
            assert all(script.get("src") for script in soup.find_all("script"))
            assert not [link for link in soup.find_all("a") if link.get("href", "").startswith("javascript:")]
        assert EVIL in page(site, f"/entries/{first.id}").text


def test_markup_in_a_search_is_shown_as_text(site):
    soup = page(site, f"/entries?q={EVIL}")
    assert soup.find(id="q")["value"] == EVIL
    assert not soup.find_all("img")


@pytest.mark.parametrize("path", ["/", "/embed"])
def test_chat_page_has_what_a_screen_reader_needs(site, path):
    soup = page(site, path)
    log = soup.find(role="log")
    assert (log["aria-live"], bool(log["aria-label"])) == ("polite", True)
    assert soup.find("label", attrs={"for": "question"})
    assert soup.html["lang"] == "zh-CN"
    assert soup.find("a", href="tel:12345")
    assert soup.find("button", string="转人工")
    quick = [button.text for button in soup.find_all("button", attrs={"data-quick": True})]
    assert quick == ["我要办事", "我要提问", "我要联系", "产业政策", "会议通知", "活动公告"]
    assert soup.noscript.find("a")["href"] == "/entries"


def test_pages_load_nothing_from_elsewhere(site):
    for path in ("/", "/embed", "/entries", "/entries/A1-company-setup"):
        soup = page(site, path)
        loaded = [tag.get("src") or tag.get("href") for tag in soup.find_all(["script", "link", "img", "iframe"])]
        assert loaded
        for address in loaded:
            assert address.startswith(("/static/", "/entries/"))
            assert site.client.get(address).status_code == 200


def test_one_script_tag_is_all_a_host_page_needs(site):
    soup = page(site, "/demo")
    assert [script["src"] for script in soup.find_all("script")] == ["/widget.js"]
    script = site.client.get("/widget.js")
    assert script.mimetype in ("text/javascript", "application/javascript")
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_widget_is_small_and_never_writes_markup(site):
    names = ("widget.js", "chat.js", "card.js", "people.js", "display.js")
    texts = [site.client.get(f"/static/{name}").text for name in names]
    assert sum(len(text.splitlines()) for text in texts) < 500
    for text in texts:
        assert not any(
            word in text for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
        )
        assert "//cdn" not in text
