"""What enterprises tell about themselves, in bands, for policies to be matched; theirs to see, correct, delete."""

from web.profiles.service import Profiles

__all__ = ["Profiles"]
