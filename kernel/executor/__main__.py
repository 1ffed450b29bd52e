"""`python -m kernel.executor --link FD`: started by the kernel, never by hand; the settings come over the link."""

import ctypes
import os
import signal
import socket
import sys
from typing import TextIO

import click

from common import log
from common.identity import load_service, load_trust
from common.rpc import connect
from kernel.data.spark import SparkEngine
from kernel.executor.session import start_session
from kernel.executor.worker import Worker
from kernel.settings import KernelSettings
from kernel.store.layout import Layout
from proto.gateway.v1.gateway_pb2_grpc import GatewayServiceStub

_PR_SET_PDEATHSIG = 1


@click.command()
@click.option("--link", required=True, type=int, help="file descriptor of the socket to the kernel")
def main(link: int) -> None:
    """Serve one job."""
    if sys.platform == "linux":  # an executor never outlives its kernel, whatever ends it
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    sock = socket.socket(fileno=link)
    with sock.makefile("r", encoding="utf-8", newline="\n") as commands:
        settings = KernelSettings.model_validate_json(commands.readline())
        serve(sock, commands, settings)


def serve(sock: socket.socket, commands: TextIO, settings: KernelSettings) -> None:
    """Start the session and obey."""
    log.configure("kernel-executor", settings.log_level)
    identity = load_service(settings.home, "kernel", settings.passphrase())
    trust = load_trust(settings.home)
    session = start_session(
        master=settings.spark_master,
        name=f"hanse {identity.id} {os.getpid()}",
        scratch=settings.scratch,
        driver_memory=settings.spark_driver_memory,
        options=settings.spark_options,
    )
    engine = SparkEngine(session.sparkContext, settings.n_partitions)
    engine.run(len, [b""] * settings.n_partitions)  # starts the Python workers before a job waits for them
    member = identity.id.partition("@")[2]
    channel = connect(settings.gateway_address, identity, f"gateway@{member}", trust, timeout_s=60.0)
    try:
        Worker(
            sock,
            Layout(settings.data),
            engine,
            lambda: GatewayServiceStub(channel),
            settings.message_deadline_s,
        ).serve(commands)
    finally:
        session.stop()


if __name__ == "__main__":
    main()
