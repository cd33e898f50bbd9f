"""What a process counts, for /metrics: kinds and numbers, and of ids only those of communities."""

from prometheus_client import Counter, Gauge, Histogram

EVENTS = Counter("coterie_events", "Events written to the log, by kind.", ["kind"])
BATCH = Histogram(
    "coterie_batch_items",
    "Verbs that shared a transaction.",
    buckets=(1, 2, 5, 10, 20, 50),
)
UNIT = Histogram(
    "coterie_batch_seconds",
    "From a batch's begin to its commit.",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)
FAILED = Counter("coterie_batches_failed", "Batches that were rolled back and done one by one.")
STREAMS = Gauge("coterie_streams_open", "Live streams of browsers and programs.")
TIMES_GIVEN = Gauge(
    "coterie_times_given", "Times given in the queue, over the last 7 days.", ["community"]
)
TIMES_KEPT = Gauge(
    "coterie_times_given_kept_share",
    "Share of them that were kept; 0.85 to 0.97 is honest.",
    ["community"],
)
LATE = Counter(
    "coterie_timers_failed", "Ticks of a timer that failed and were tried again.", ["timer"]
)
