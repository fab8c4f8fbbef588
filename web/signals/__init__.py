"""Service-care signals (服务关注提示): hints for a named officer that an enterprise may need help.

A person reviews each of them. Off until an admin turns them on with the record of an impact assessment. Nothing that
answers a question imports this package, so no answer can depend on it; a test holds that.
"""
