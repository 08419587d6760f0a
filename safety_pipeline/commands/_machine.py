"""Faults of the machine as one sentence, where a command meets them."""

from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def sentences_for_faults_of_the_machine() -> Iterator[None]:
    """A full disk, a folder that may not be written or a lake that another process writes is told in one sentence."""
    from safety_pipeline.orchestration.lakes.lock import LakeIsBusyError  # noqa: PLC0415
    from safety_pipeline.orchestration.lakes.machine import sentence  # noqa: PLC0415

    try:
        yield
    except LakeIsBusyError as error:
        raise click.ClickException(str(error)) from error
    except Exception as error:
        if (told := sentence(error)) is None:
            raise
        raise click.ClickException(told) from error
