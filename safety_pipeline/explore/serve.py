"""The explorer's server, bound to this machine."""

import socket

import uvicorn
from starlette.applications import Starlette

HOST = "127.0.0.1"


class PortTakenError(Exception):
    """Another program answers on the port; the message says what to do."""


def serve(application: Starlette, port: int) -> None:
    """Serve the pages until interrupted."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise PortTakenError(f"Port {port} is taken by another program; choose one with --port.") from error
        config = uvicorn.Config(application, log_level="warning", access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listener])
