"""The explorer's server, bound to this machine."""

import socket
from pathlib import Path

import uvicorn

from safety_pipeline.explore.app import application

HOST = "127.0.0.1"


class PortTakenError(Exception):
    """Another program answers on the port; the message says what to do."""


def serve(published: Path, port: int) -> None:
    """Serve the pages until interrupted."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise PortTakenError(f"Port {port} is taken by another program; choose one with --port.") from error
        config = uvicorn.Config(application(published), log_level="warning", access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listener])
