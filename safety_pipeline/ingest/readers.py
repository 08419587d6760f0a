"""Which reader reads which kind of delivery."""

from collections.abc import Callable
from importlib import import_module

import polars as pl

from safety_pipeline.tables.delivery import Delivery, Ingested, RefusedError, refused

# Imported when first needed: reading one article does not load the CDISC and AACT libraries.
READERS = {
    "literature": "safety_pipeline.ingest.literature",
    "ctgov": "safety_pipeline.ingest.ctgov",
    "aact": "safety_pipeline.ingest.aact",
    "cdisc": "safety_pipeline.ingest.cdisc",
}


def read(delivery: Delivery) -> Ingested:
    """The eight tables of one delivery; what cannot be read is a refusal, so the other deliveries go on."""
    try:
        return _reader(delivery)(delivery)
    except RefusedError as error:
        return refused(delivery, error)
    # A fault of ours in one delivery must not stop a thousand others; a Polars panic is no ordinary exception.
    except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001
        return refused(delivery, _fault(delivery, error))


def _reader(delivery: Delivery) -> Callable[[Delivery], Ingested]:
    reader: Callable[[Delivery], Ingested] = import_module(READERS[delivery.kind]).read
    return reader


def _fault(delivery: Delivery, error: BaseException) -> RefusedError:
    """The type of the fault only: its message might quote a subject's row."""
    return RefusedError(
        "reader_fault",
        f"{delivery.path.name}: the {delivery.kind} reader failed with {type(error).__name__}, which is a fault of "
        "the program. The delivery was left out; please report it with the file.",
        source_file=delivery.path.name,
    )
