"""Reads sentences from standard input with one trained model; prints acts, confidences, times and memory as JSON."""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import sys
import time


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
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"acts": acts, "confidences": sure, "milliseconds": times, "megabytes": memory}))


if __name__ == "__main__":
    main(sys.argv[1])
