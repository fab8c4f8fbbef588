"""Enterprises from another system: the import of the operator's page for programs, with a token."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from web.accounts.audit import record
from web.pages import gate
from web.pages.api import schemas
from web.pages.api.operation import no_store, operation
from web.pages.upload_limits import FORM_LIMIT, takes
from web.profiles.importing import import_records
from web.rate_limit import limited
from web.services import serving

bp = Blueprint("profiles_api", __name__)
bp.after_request(no_store)


@bp.post("/api/v1/profiles/import")
@takes(FORM_LIMIT)
@limited
@gate.by_token("profiles.import")
@operation(
    "导入企业信息",
    schemas.ProfilesAnswer,
    body=schemas.ProfilesRequest,
    errors=(400, 401, 403, 413, 422, 429),
)
def take(body: schemas.ProfilesRequest) -> dict[str, Any]:
    """Take the records in one transaction, or say what would come of them."""
    token = gate.token()
    actor, source = token.person.name, f"接口：{token.name}"
    report = import_records(serving().engine, body.records, source=source, actor=actor, audit=record, dry=body.dry)
    problems = [{"row": one.row, "field": one.field, "what": one.what} for one in report.problems]
    counts = {"created": report.created, "updated": report.updated, "unchanged": report.unchanged}
    return {**counts, "problems": problems, "dry": body.dry}
