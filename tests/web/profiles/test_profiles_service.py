"""Profiles in the database: opened by a key that is not stored, corrected, exported, deleted; consent by channel."""

import json

import pytest
import sqlalchemy as sa

from web.accounts.audit import record
from web.accounts.tables import audit
from web.profiles import Profiles
from web.profiles.contacts import NewContact
from web.profiles.errors import BadProfile, CodeTaken, SensitiveData, StaleProfile, UnknownProfile
from web.profiles.tables import contacts, profiles

CODE, OTHER = "91110000600037341L", "91110000802100433B"
RAW = {"code": CODE, "name": "甲科技有限公司", "headcount": 137, "revenue_wan": "3000万", "资质": "高企"}


@pytest.fixture
def service(engine):
    """Profiles whose changes go into the audit log."""
    return Profiles(engine, record)


def everything_in(engine):
    with engine.connect() as connection:
        rows = [connection.execute(sa.select(table)).all() for table in (profiles, contacts, audit)]
    return str(rows)


def test_the_key_opens_the_profile_and_is_not_stored(service, engine):
    made, key = service.create(RAW)
    assert service.open(key) == made == service.get(made.id)
    assert len(key) >= 32 and key not in everything_in(engine)
    for wrong in ("", key[:-1], key + "x", made.id):
        with pytest.raises(UnknownProfile):
            service.open(wrong)


def test_exact_figures_are_nowhere_in_the_database(service, engine):
    service.create({**RAW, "headcount": 137, "revenue_wan": 3456})
    stored = everything_in(engine)
    assert "137" not in stored.replace(CODE, "") and "3456" not in stored


def test_a_correction_keeps_the_rest_and_none_forgets(service):
    made, key = service.create(RAW)
    changed = service.change(key, {"headcount": "20人", "revenue_wan": None}, version=1)
    assert changed.version == 2 and "revenue_wan" not in changed.values
    assert dict(changed.shown(service._fields))["从业人数"] == "11-20人"
    assert changed.values["qualifications"] == made.values["qualifications"]
    assert service.change(key, {"headcount": "20人"}).version == 2
    with pytest.raises(StaleProfile):
        service.change(key, {"headcount": 5}, version=1)


def test_sensitive_data_stores_nothing_of_the_call(service):
    made, key = service.create(RAW)
    with pytest.raises(SensitiveData):
        service.change(key, {"headcount": 5, "银行流水": "见附件"})
    assert service.open(key) == made


def test_one_code_has_one_profile(service):
    service.create(RAW)
    with pytest.raises(CodeTaken):
        service.create({**RAW, "name": "别人"})
    _, key = service.create({"name": "筹备中的公司"})
    service.create({"name": "另一家筹备中的公司"})
    with pytest.raises(CodeTaken):
        service.change(key, {"code": CODE})
    assert service.open(key).code == ""
    with pytest.raises(BadProfile):
        service.create({"code": OTHER})


def test_consent_is_by_channel_and_purpose_and_can_be_taken_back(service):
    people = [
        NewContact("phone", "139 1234 5678", "王经理", "财务", ("policy",), consent=True),
        NewContact("email", "a@example.com", "李工"),
    ]
    made, key = service.create(RAW, people)
    email, phone = made.contacts
    assert phone.address == "+8613912345678" and phone.agrees("policy") and not phone.agrees("notice")
    assert not email.agrees("policy") and email.consented_at is None
    after = service.keep_contact(key, NewContact("phone", "13912345678", "王经理", "财务")).contacts[1]
    assert after.id == phone.id and not after.agrees("policy")
    back = service.keep_contact(key, NewContact("phone", "13912345678", "王经理", "财务", ("notice",), consent=True))
    assert back.contacts[1].id == phone.id and back.contacts[1].agrees("notice")
    assert len(service.remove_contact(key, phone.id).contacts) == 1


def test_the_contacts_of_others_are_out_of_reach(service):
    made, _ = service.create(RAW, [NewContact("email", "a@example.com")])
    _, other = service.create({"name": "乙"})
    with pytest.raises(UnknownProfile):
        service.remove_contact(other, made.contacts[0].id)
    assert service.get(made.id).contacts == made.contacts


@pytest.mark.parametrize(
    "contact",
    [
        NewContact("pigeon", "x"),
        NewContact("phone", "12345678901"),
        NewContact("phone", "电话"),
        NewContact("email", "a@b"),
        NewContact("email", "a@example.com", purposes=("spam",), consent=True),
        NewContact("email", "a@example.com", consent=True),
    ],
)
def test_a_contact_that_cannot_be_used_is_refused(service, contact):
    with pytest.raises(BadProfile):
        service.create(RAW, [contact])
    assert list(service.all_values()) == []


def test_the_export_holds_everything_in_plain_words(service):
    _, key = service.create(RAW, [NewContact("email", "a@example.com", purposes=("policy",), consent=True)])
    exported = json.loads(json.dumps(service.export(key), ensure_ascii=False))
    assert exported["code"] == CODE and exported["contacts"][0]["purposes"] == ["policy"]
    assert {
        "field": "headcount",
        "label": "从业人数",
        "value": "[101,300]",
        "text": "101-300人",
    } in exported["values"]


def test_deletion_leaves_nothing_of_the_enterprise_behind(service, engine):
    made, key = service.create(RAW, [NewContact("email", "a@example.com")])
    service.change(key, {"registered_district": "东区"})
    service.delete(key)
    with pytest.raises(UnknownProfile):
        service.open(key)
    stored = everything_in(engine)
    assert not any(text in stored for text in (CODE, "甲科技", "a@example.com", "东区", "101,300"))
    with engine.connect() as connection:
        log = connection.execute(sa.select(audit.c.action, audit.c.object)).all()
    assert [row.action for row in log] == ["profile.create", "profile.change", "profile.delete"]
    assert {row.object for row in log} == {f"profile:{made.id}"}


def test_a_new_key_shuts_out_the_old_one(service):
    made, old = service.create(RAW)
    fresh = service.new_key(made.id, actor="窗口")
    assert service.open(fresh).id == made.id
    with pytest.raises(UnknownProfile):
        service.open(old)


def test_a_change_whose_audit_row_fails_does_not_happen(engine):
    def broken(*_):
        raise RuntimeError("log is full")

    with pytest.raises(RuntimeError):
        Profiles(engine, broken).create(RAW)
    assert list(Profiles(engine).all_values()) == []
