"""What Coach counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """The counters of one running Coach; labels never carry text that people wrote."""

    def __init__(self) -> None:
        """Start at zero, in a registry of their own."""
        self.registry = CollectorRegistry()
        self.events = Counter(
            "coach_events", "Events stored in the inbox.", ["platform"], registry=self.registry
        )
        self.answers = Counter(
            "coach_answers", "Answers given.", ["engine", "outcome"], registry=self.registry
        )
        self.answering = Histogram(
            "coach_answer_seconds",
            "Seconds from taking up a message to having its reply.",
            ["platform"],
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5, 20, 60),
            registry=self.registry,
        )
        self.deliveries = Counter(
            "coach_deliveries", "Attempts to send.", ["platform", "outcome"], registry=self.registry
        )
        self.waiting = Gauge(
            "coach_waiting", "Rows that are not finished.", ["queue"], registry=self.registry
        )
        self.tokens = Counter(
            "coach_model_tokens", "Language-model tokens.", ["direction"], registry=self.registry
        )
        self.cost = Counter(
            "coach_model_cost",
            "Cost of model calls at the configured prices.",
            registry=self.registry,
        )
        self.model_calls = Counter(
            "coach_model_calls", "Language-model calls.", ["outcome"], registry=self.registry
        )

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)
