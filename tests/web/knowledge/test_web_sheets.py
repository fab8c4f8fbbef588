"""一图一表 on a page, as a picture and as a PDF."""

import io
from dataclasses import replace

import pypdf
import pytest
from fake_site import open_site
from shipped import all_shipped

from kb.errors import UnknownEntry
from kb.packages import material_key
from web.knowledge.print_sheet import has_sheet, sheet

ENTRIES = {entry.id: entry for entry in all_shipped()}
DRAWN = sorted(key for key, entry in ENTRIES.items() if has_sheet(entry))


def lookup(entry_id):
    if entry_id not in ENTRIES:
        raise UnknownEntry(entry_id)
    return ENTRIES[entry_id]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site over a few of the product's own entries, a package among them."""
    from kb.settings import Settings

    with open_site(replace(Settings(), data_dir=tmp_path_factory.mktemp("sheets"), rate_limit="off")) as opened:
        yield opened


def test_every_guide_and_package_has_a_sheet():
    wanted = {key for key, entry in ENTRIES.items() if entry.kind in ("guide", "package")}
    assert wanted <= set(DRAWN)


@pytest.mark.parametrize("entry_id", DRAWN)
def test_sheet_has_a_picture_and_each_material_once(entry_id):
    made = sheet(ENTRIES[entry_id], lookup)
    assert made.svg.startswith("<svg")
    names = [material_key(row.material.name) for row in made.rows]
    assert len(names) == len(set(names)) or made.plan is None


def test_entry_page_shows_the_picture_and_a_package_its_merged_materials_and_longest_chain(site):
    page = site.client.get("/entries/O1-open-restaurant").get_data(as_text=True)
    assert "flow.svg" in page
    assert "合并后的材料" in page
    assert "最长的一条线" in page


def test_picture_is_served_as_svg(site):
    reply = site.client.get("/entries/A1-company-setup/flow.svg")
    assert reply.mimetype == "image/svg+xml"
    assert "营业执照" in reply.get_data(as_text=True)


def test_printable_page_names_basis_version_and_hotline(site):
    page = site.client.get("/entries/A1-company-setup/sheet").get_data(as_text=True)
    assert "《公司法》" in page and "12345" in page and "第 1 版" in page


@pytest.mark.usefixtures("pango")
def test_pdf_is_a4_and_holds_the_text(site):
    reply = site.client.get("/entries/O1-open-restaurant/sheet.pdf")
    assert reply.mimetype == "application/pdf"
    document = pypdf.PdfReader(io.BytesIO(reply.data))
    assert [round(float(side)) for side in document.pages[0].mediabox[2:]] == [595, 842]
    assert "开办餐饮店" in "".join(page.extract_text() for page in document.pages)


@pytest.mark.parametrize("path", ["P1-pre-approval/flow.svg", "no-such-entry/sheet", "P1-pre-approval/sheet.pdf"])
def test_what_has_no_flow_is_not_found(site, path):
    assert site.client.get(f"/entries/{path}").status_code == 404
