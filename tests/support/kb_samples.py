"""Small invented entries, and files in every form, for the tests of the knowledge base."""

from kb.models import Entry


def guide(entry_id="t1-shop-sign", **changes):
    """A small complete guide; `changes` replace its fields, `body` only those it names."""
    body = {
        "audience": "要挂招牌的商户",
        "conditions": ["招牌不遮挡消防通道"],
        "materials": [
            {"name": "效果图", "origin": "申请人"},
            {"name": "营业执照", "origin": "申请人", "waivable": "能共享的不交"},
        ],
        "steps": [{"name": "申请"}, {"name": "勘察", "detail": "现场，量尺寸"}, {"name": "发证", "after": [1, 2]}],
        "time": {"statutory": {"value": 20, "unit": "工作日"}, "promised": {"value": 5, "unit": "工作日"}},
        "fee": {"standard": "免费", "basis": "示例规定第3条"},
        "result": {"name": "设置许可", "validity": "2年"},
        "mistakes": ["先挂后批", "尺寸与图不符", "忘了续期"],
    } | changes.pop("body", {})
    data = {
        "id": entry_id,
        "kind": "guide",
        "topic": "T1",
        "title": "户外招牌设置许可",
        "summary": "要在店外挂招牌的商户，挂之前申请。",
        "aliases": ["挂招牌", "门头审批", "店招许可"],
        "questions": [f"第{number}种问法怎么挂招牌" for number in range(8)],
        "ways": [{"part": "申请材料", "texts": ["挂招牌要带啥", "店招，要交几张图"]}],
        "theme": "示例",
        "department": "示例部门",
        "owner": "示例条线",
        "basis": [{"law": "示例规定", "version": "2020年修订", "article": "第3条"}],
        "review_by": "2027-06-30",
        "sources": [{"name": "示例", "grade": "本地"}],
        "faq": [{"q": "多久办好？", "ways": ["要等几天"], "a": "20个工作日内。", "basis": "示例规定第8条"}],
        "body": body,
    }
    return Entry.parse_obj(data | changes)


def faq(entry_id="t2-why", **changes):
    """A small complete faq entry."""
    data = {
        "id": entry_id,
        "kind": "faq",
        "title": "为什么要审批招牌",
        "body": {"answer": "为了行人安全。", "points": ["牢固", "不遮挡"]},
    }
    return Entry.parse_obj(data | changes)
