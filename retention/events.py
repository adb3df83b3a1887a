"""The log entries of retention."""

from audit.events import EventType

SCHEDULE_APPLIED = EventType("schedule.applied", pub=("version", "edition"), fields=("actor",))
BATCH_DESTROYED = EventType("batch.destroyed", pub=("category", "rule", "schedule", "count"), fields=("run",))
ERASURE_STARTED = EventType("erasure.started", pub=("basis", "request"), fields=("subject", "actor"))
ERASURE_COMPLETED = EventType("erasure.completed", pub=("request", "counts"))
