"""What all tables of the web package share; each room has its own, web/migrations makes them."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()
Counter = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts up only an INTEGER by itself
