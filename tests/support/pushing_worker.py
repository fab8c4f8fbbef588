"""A process that sends what is due through a slow channel, for a test that kills it: `DATABASE_URL FILE SAFE SECONDS`.

The channel writes the key of each message into FILE as the moment at which it has gone out, and dawdles around it.
"""

import datetime as dt
import os
import sys
import time

from kb.database import open_engine
from web.outbox import WIDGET, Outboxes
from web.push.sending import Sender
from web.push.widget import WidgetOutbox


class Dawdling:
    """Takes its time before and after the moment at which a message goes out."""

    def __init__(self, path, safe, seconds, inner):
        self.repeats_safely, self._inner, self._seconds = safe, inner, seconds
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def send(self, target, message):
        time.sleep(self._seconds)
        if self.repeats_safely:
            self._inner.send(target, message)
        os.write(self._file, f"{message.key} {target.profile_id}\n".encode())
        time.sleep(self._seconds)


def main(url, path, safe, seconds):
    engine, outboxes = open_engine(url), Outboxes()
    outboxes.register(WIDGET, Dawdling(path, safe == "safe", float(seconds), WidgetOutbox(engine)))
    sender = Sender(engine, outboxes, lambda profile_id, channel: "/unsubscribe/x")
    sender.recover(dt.timedelta(0))
    sender.send_due()
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
