"""The peers' servers, each in a folder of its own, on a free port of the loopback interface."""

import os
import shutil
import signal
import socket
import subprocess
import time

from processes import Failed


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A program that is ended by its id."""

    def __init__(self, command, log):
        self.log = open(log, "ab")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    @property
    def pid(self):
        return self.process.pid

    def stop(self, how):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Postgres:
    """PostgreSQL with its defaults: fsync and synchronous_commit on."""

    def __init__(self, folder):
        programs = [shutil.which("initdb"), shutil.which("postgres")]
        if not all(programs):
            raise Failed("initdb and postgres are not on the path")
        self.initdb, self.postgres = programs
        self.folder = folder
        # It refuses to run as root.
        self.prefix = []
        os.makedirs(folder, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
            self.prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def __enter__(self):
        data = f"{self.folder}/data"
        log = f"{self.folder}/postgres.log"
        made = subprocess.run(
            [*self.prefix, self.initdb, "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"],
            capture_output=True,
            text=True,
        )
        if made.returncode != 0:
            raise Failed(f"initdb failed: {made.stderr.strip()}")
        self.port = free_port()
        # `exec` by setpriv: the id is the server's own.
        self.server = Server(
            [
                *self.prefix, self.postgres, "-D", data, "-p", str(self.port),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            ],
            log,
        )  # fmt: skip
        wait_for_port(self.port, self.server, 30)
        return self

    def __exit__(self, *_):
        self.server.stop(signal.SIGINT)

    def url(self, name):
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"


class TemporalServer:
    """Temporal's development server with its file database."""

    def __init__(self, program, folder):
        os.makedirs(folder, exist_ok=True)
        self.program = program
        self.database = f"{folder}/temporal.db"
        self.log = f"{folder}/temporal.log"
        self.port = free_port()

    def start(self):
        self.server = Server(
            [
                self.program, "server", "start-dev", "--ip", "127.0.0.1", "--port", str(self.port),
                "--http-port", str(free_port()), "--metrics-port", str(free_port()),
                "--headless", "--db-filename", self.database, "--log-level", "error",
            ],
            self.log,
        )  # fmt: skip

    def __enter__(self):
        self.start()
        wait_for_port(self.port, self.server, 60)
        return self

    def __exit__(self, *_):
        self.server.stop(signal.SIGTERM)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"


def wait_for_port(port, server, timeout):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise Failed(f"the server ended with code {server.process.returncode}; see {server.log.name}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise Failed("the server does not open its port")
