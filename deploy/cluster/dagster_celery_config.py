"""What Celery's workers are told; they find it by its name on PYTHONPATH."""

import os

broker_url = os.environ["SAFETY_CELERY_BROKER"]
result_backend = broker_url
# A worker that takes a run ahead of time would take it along when it is lost.
worker_prefetch_multiplier = 1
# A run keeps the memory of the largest delivery it read; a new process gives it back.
worker_max_tasks_per_child = 50
# Seconds after which Redis hands out a run that nobody has taken; longer than any run waits there.
broker_transport_options = {"visibility_timeout": 3600}
# Without it a run that has begun looks like one that waits.
task_track_started = True
