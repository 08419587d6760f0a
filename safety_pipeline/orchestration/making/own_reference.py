"""Which deliveries an addition to a lake's reference data concerns: those with a text that now gets another answer."""

from safety_pipeline.orchestration.lakes.lake import Lake, digest
from safety_pipeline.orchestration.lakes.left_out import tried

AS_SHIPPED = "as shipped"
_STAGE = "answers"


def answers(lake: Lake, delivery_id: str, code: str) -> str:
    """What the reference data say of the delivery's texts, as a hash; computed once for each addition.

    Where the texts cannot be asked, any addition may concern the delivery.
    """
    if lake.own_reference is None:
        return AS_SHIPPED
    asked_of = digest(code, lake.own_reference_version, lake.state("ingested", delivery_id))
    known = lake.state(_STAGE, delivery_id)
    if known.get("asked_of") == asked_of:
        return known["answers"]
    found = tried(lambda: _asked(lake, delivery_id))
    if isinstance(found, BaseException):
        return lake.own_reference_version
    lake.remember(_STAGE, {"asked_of": asked_of, "answers": found}, delivery_id)
    return found


def _asked(lake: Lake, delivery_id: str) -> str:
    # Loads what harmonises, for a second; most runs find no addition.
    from safety_pipeline.orchestration.making import stages  # noqa: PLC0415

    own, shipped = stages.text_answers(lake, delivery_id)
    return AS_SHIPPED if own == shipped else own
