"""A package adds up: materials once, items in order, days along the longest chain; every flow can be drawn."""

import xml.etree.ElementTree as ET

import pytest
from shipped import all_shipped

from kb.bodies import Component, Material, Step
from kb.errors import UnknownEntry
from kb.flowchart import flow_of
from kb.models import Entry
from kb.packages import BadOrder, merge_materials, schedule, steps_graph
from web.knowledge.flow_picture import picture

ENTRIES = {entry.id: entry for entry in all_shipped()}


def lookup(entry_id):
    if entry_id not in ENTRIES:
        raise UnknownEntry(entry_id)
    return ENTRIES[entry_id]


def item(name, days=None, after=()):
    return Component(name=name, days=days, after=after)


def guide(materials):
    body = {"audience": "企业", "materials": [{"name": name} for name in materials]}
    return Entry(id="g", kind="guide", title="指南", body=body)


def package(components, materials=()):
    body = {"audience": "企业", "lead": "市场监管", "components": components, "materials": materials}
    return Entry(id="p", kind="package", title="套餐", body=body)


def test_item_without_after_waits_for_the_one_before_it():
    assert schedule([item("甲", 1), item("乙", 2), item("丙", 3)]).levels == ((1,), (2,), (3,))


def test_critical_path_is_the_chain_with_most_days():
    plan = schedule([item("甲", 1), item("乙", 10, [1]), item("丙", 2, [1]), item("丁", 3, [2, 3])])
    assert plan.critical == (1, 2, 4)
    assert plan.days == 14


def test_unknown_days_are_named_and_never_counted():
    plan = schedule([item("甲", 1), item("乙")])
    assert plan.days == 1
    assert plan.unknown == ("乙",)


@pytest.mark.parametrize("after", [[[], [3], [2]], [[], [9]]])
def test_impossible_order_is_refused(after):
    with pytest.raises(BadOrder):
        steps_graph([Step(name="步骤", after=tuple(own)) for own in after])


def test_material_needed_twice_is_listed_once_with_both_items():
    entries = {"g": guide(["营业执照（副本）复印件", "章程"])}
    merged = merge_materials(
        package([{"name": "甲", "entry": "g"}, {"name": "乙", "entry": "none"}], [{"name": "营业执照"}]),
        lambda entry_id: entries[entry_id] if entry_id in entries else lookup(entry_id),
    )
    assert [(one.material.name, one.needed_by) for one in merged] == [("营业执照", ("套餐", "甲")), ("章程", ("甲",))]


def test_material_optional_in_one_item_and_required_in_another_is_required():
    entries = {
        "g": Entry(id="g", kind="guide", title="指南", body={"audience": "企业", "materials": [{"name": "章程"}]})
    }
    merged = merge_materials(
        package([{"name": "甲", "entry": "g"}], [Material(name="章程", required=False)]), entries.__getitem__
    )
    assert [one.material.required for one in merged] == [True]


@pytest.mark.parametrize("entry_id", sorted(key for key, entry in ENTRIES.items() if flow_of(entry)))
def test_flow_is_drawn_as_sound_svg_without_overlap(entry_id):
    entry = ENTRIES[entry_id]
    flow = flow_of(entry)
    for number, one in enumerate(flow.boxes):
        assert one.x - one.width / 2 >= 0 and one.x + one.width / 2 <= flow.width
        for other in flow.boxes[number + 1 :]:
            apart_x = abs(one.x - other.x) >= (one.width + other.width) / 2
            apart_y = abs(one.y - other.y) >= (one.height + other.height) / 2
            assert apart_x or apart_y, f"{one.title} lies on {other.title}"
    assert ET.fromstring(picture(entry)).tag.endswith("svg")


def test_markup_in_a_step_is_shown_as_text():
    entry = guide([]).copy(
        update={"body": ENTRIES["A1-company-setup"].body.copy(update={"steps": (Step(name="<script>x</script>"),)})}
    )
    assert "<script>" not in picture(entry)


def test_every_package_of_the_sample_has_merged_materials_and_a_critical_path():
    packages = [entry for entry in ENTRIES.values() if entry.kind == "package"]
    assert len(packages) >= 12
    for entry in packages:
        assert schedule(entry.body.components).critical
        names = [one.material.name for one in merge_materials(entry, lookup)]
        assert names and len(names) == len(set(names))
