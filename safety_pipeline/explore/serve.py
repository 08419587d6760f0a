"""The explorer's server, bound to this machine."""

import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

HOST = "127.0.0.1"


class PortTakenError(Exception):
    """Another program answers on the port; the message says what to do."""


def serve(application: Starlette, port: int, when_open: Callable[[], None] = lambda: None) -> None:
    """Serve the pages until interrupted; ``when_open`` is called when the port is ours."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise PortTakenError(f"Port {port} is taken by another program; choose one with --port.") from error
        when_open()
        config = uvicorn.Config(application, log_level="warning", access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listener])
