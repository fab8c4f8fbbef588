"""Why a call of a channel is refused, by name."""

from __future__ import annotations

from typing import Literal

from web.errors import WebError


class ChannelOff(WebError):
    """The channel is not configured here."""

    name, status = "channel_off", 404


class GarbledCall(WebError):
    """The call is not of the form that its vendor documents."""

    name, status = "channel_garbled", 400


class ForgedCall(WebError):
    """The signature does not fit: not from whom it says, or changed on its way."""

    name, status = "channel_forged", 403


class ExpiredCall(WebError):
    """The call was signed too long ago, or in the future."""

    name, status = "channel_expired", 403


class ReplayedCall(WebError):
    """The signature has been used before."""

    name, status = "channel_replayed", 409


class NotDelivered(WebError):
    """The vendor did not take a message of ours, or did not say whether it did."""

    name, status = "channel_not_delivered", 502

    def __init__(self, detail: str, outlook: Literal["later", "never", "unclear"]) -> None:
        """Keep the reason and its outlook: try again, do not, or it may have gone out."""
        super().__init__(detail)
        self.outlook = outlook
