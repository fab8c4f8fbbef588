"""Whom to write to for an enterprise, and where they agreed to be written to: one row a person and channel."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

import phonenumbers
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from web import clock
from web.database import new_id
from web.profiles.errors import BadProfile, UnknownProfile
from web.profiles.tables import contacts
from web.text import clean

CHANNELS = {
    "web": "网页消息",
    "phone": "电话",
    "sms": "短信",
    "email": "邮箱",
    "dingtalk": "钉钉",
    "wecom": "企业微信",
    "wechat": "微信公众号",
}
PURPOSES = {"policy": "政策推送", "notice": "通知和活动提醒", "ticket": "诉求办理"}
NUMBERED = ("phone", "sms")
MOST_CONTACTS = 20
_EMAIL = re.compile(r"^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$", re.ASCII)


@dataclass(frozen=True)
class Contact:
    """A person on one channel. `consented_at` and `withdrawn_at` are UTC, None when it did not happen."""

    id: str
    name: str
    role: str
    channel: str
    address: str
    purposes: tuple[str, ...]
    consented_at: dt.datetime | None
    withdrawn_at: dt.datetime | None

    def agrees(self, purpose: str) -> bool:
        """Say whether something of this purpose may be sent here."""
        return self.consented_at is not None and self.withdrawn_at is None and purpose in self.purposes


@dataclass(frozen=True)
class NewContact:
    """A contact to keep. `consent` must be said by the enterprise itself; nothing is taken as agreed."""

    channel: str
    address: str
    name: str = ""
    role: str = ""
    purposes: Collection[str] = ()
    consent: bool = False


def of(connection: Connection, profile_id: str) -> tuple[Contact, ...]:
    """Return the contacts of a profile in a stable order."""
    query = sa.select(contacts).where(contacts.c.profile_id == profile_id)
    rows = connection.execute(query.order_by(contacts.c.channel, contacts.c.address)).all()
    return tuple(
        Contact(
            row.id,
            row.name,
            row.role,
            row.channel,
            row.address,
            tuple(row.purposes),
            row.consented_at,
            row.withdrawn_at,
        )
        for row in rows
    )


def keep(connection: Connection, profile_id: str, new: NewContact) -> str:
    """Add a contact, or change the one of this channel and address; returns its id (BadProfile)."""
    address = checked_address(new.channel, new.address)
    unknown = set(new.purposes) - set(PURPOSES)
    if unknown or (new.consent and not new.purposes):
        raise BadProfile(f"同意的用途要从这些里选：{'、'.join(PURPOSES.values())}", field="purposes")
    here = sa.and_(
        contacts.c.profile_id == profile_id, contacts.c.channel == new.channel, contacts.c.address == address
    )
    values = {
        "name": clean(new.name, 40) if new.name.strip() else "",
        "role": clean(new.role, 40) if new.role.strip() else "",
        "purposes": sorted(set(new.purposes)) if new.consent else [],
        "consented_at": clock.now() if new.consent else None,
        "withdrawn_at": None,
    }
    known = connection.execute(sa.select(contacts.c.id).where(here)).scalar()
    if known:
        connection.execute(sa.update(contacts).where(here).values(values))
        return str(known)
    count = sa.select(sa.func.count()).where(contacts.c.profile_id == profile_id)
    if connection.execute(count).scalar_one() >= MOST_CONTACTS:
        raise BadProfile(f"联系方式最多 {MOST_CONTACTS} 个", field="contacts")
    made = {"id": new_id(), "profile_id": profile_id, "channel": new.channel, "address": address, **values}
    connection.execute(sa.insert(contacts), made)
    return str(made["id"])


def remove(connection: Connection, profile_id: str, contact_id: str) -> None:
    """Delete one contact (UnknownProfile when the profile has no such contact)."""
    mine = (contacts.c.profile_id == profile_id, contacts.c.id == contact_id)
    if connection.execute(sa.delete(contacts).where(*mine)).rowcount != 1:
        raise UnknownProfile("没有这个联系方式")


def checked_address(channel: str, address: str) -> str:
    """Return the address in its one form: a number that can exist, a whole e-mail address (BadProfile)."""
    if channel not in CHANNELS:
        raise BadProfile(f"渠道要从这些里选：{'、'.join(CHANNELS.values())}", field="channel")
    text = clean(address, 200)
    if channel == "email" and not _EMAIL.match(text):
        raise BadProfile("邮箱地址不完整", field="address")
    if channel in NUMBERED:
        return _number(text)
    return text


def _number(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException as error:
        raise BadProfile("电话号码看不懂", field="address") from error
    if not phonenumbers.is_valid_number(number):
        raise BadProfile("没有这样的电话号码，请核对位数", field="address")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
