"""Reads sentences from standard input with one trained model; prints acts, confidences, times and memory as JSON."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from pathlib import Path


def main(model: str) -> None:
    """Parse every line of standard input, one after the other."""
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    agent = Agent.load(model)
    texts = sys.stdin.read().splitlines()

    async def parse() -> tuple[list[str], list[float], list[float]]:
        acts, sure, times = [], [], []
        await agent.parse_message("预热")
        for text in texts:
            began = time.perf_counter()
            intent = (await agent.parse_message(text))["intent"]
            times.append(1000 * (time.perf_counter() - began))
            acts.append(str(intent["name"]))
            sure.append(float(intent["confidence"]))
        return acts, sure, times

    acts, sure, times = asyncio.run(parse())
    memory = peak_megabytes()
    print(json.dumps({"acts": acts, "confidences": sure, "milliseconds": times, "megabytes": memory}))


def peak_megabytes() -> float:
    """Return the most memory this process has held, MB. `ru_maxrss` would begin at what the parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main(sys.argv[1])
