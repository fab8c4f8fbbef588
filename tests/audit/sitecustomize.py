"""Put on the path of every process of the stack: writes down each address that Python code asks for or connects to."""

import os
import sys

LOG = os.environ.get("CONNECTIONS_LOG")


def watch(event, arguments):
    if event == "socket.connect" or event == "socket.sendto":
        target = arguments[1]
    elif event == "socket.getaddrinfo":
        target = arguments[:2]
    else:
        return
    with open(LOG, "a", encoding="utf-8") as log:
        log.write(f"{event}\t{target!r}\n")


if LOG:
    sys.addaudithook(watch)
