"""What is counted and timed, in Prometheus' words; one registry an application."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

SECONDS_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10, 20)


class Metrics:
    """The counters of one application. Safe to share between threads."""

    def __init__(self) -> None:
        """Start all counters at nought in a registry of their own."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "qxb_http_requests_total", "HTTP requests", ["endpoint", "status"], registry=self.registry
        )
        self.turns = Counter("qxb_turns_total", "Conversation turns by outcome", ["outcome"], registry=self.registry)
        self.turn_seconds = Histogram(
            "qxb_turn_seconds", "Time to answer a turn", buckets=SECONDS_BUCKETS, registry=self.registry
        )
        self.rasa_seconds = Histogram(
            "qxb_rasa_seconds", "Time the dialogue server took", buckets=SECONDS_BUCKETS, registry=self.registry
        )
        self.search_seconds = Histogram(
            "qxb_search_seconds", "Time of one call of search", buckets=SECONDS_BUCKETS, registry=self.registry
        )
        self.votes = Counter("qxb_votes_total", "Votes on answers", ["value"], registry=self.registry)
        self.channel_refusals = Counter(
            "qxb_channel_refusals_total", "Refused calls of channels", ["channel", "reason"], registry=self.registry
        )

    def turn(self, outcome: str, seconds: float) -> None:
        """Count one turn and how long it took."""
        self.turns.labels(outcome).inc()
        self.turn_seconds.observe(seconds)

    def text(self) -> bytes:
        """Return everything in the text form that Prometheus reads."""
        return generate_latest(self.registry)
