"""Cross-trial adverse-event safety signal database for the NCI toxicity criteria."""

import os

# Polars keeps freed memory for a second and a half, which the next step of a run then needs beside it: 0.5 GB at a
# million events. It reads this once, when it is first imported.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:100,muzzy_decay_ms:0")
# Polars reads eight groups of rows ahead, whole rows of them: 4 GB at ten million events, and no second faster.
os.environ.setdefault("POLARS_ROW_GROUP_PREFETCH_SIZE", "2")
