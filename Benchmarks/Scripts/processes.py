"""Processes: talking to them, ending them by id, their processor time, memory and syncs."""

import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGESIZE")


class Failed(Exception):
    """A measurement has no result."""


class Session:
    """A program that prints lines of JSON and waits for lines between them."""

    def __init__(self, command, log, environment=None):
        self.command = [str(word) for word in command]
        self.log_path = log
        self.log = open(log, "ab")
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env={**os.environ, **(environment or {})},
        )
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    @property
    def pid(self):
        return self.process.pid

    def expect(self, timeout):
        """The next line of JSON; other lines are skipped."""
        deadline = time.monotonic() + timeout
        while True:
            while b"\n" in self.buffer:
                line, self.buffer = self.buffer.split(b"\n", 1)
                if line.startswith(b"{"):
                    return json.loads(line)
            left = deadline - time.monotonic()
            if left <= 0 or not self.selector.select(left):
                raise Failed(f"{self.name} said nothing for {timeout} s (see {self.log_path})")
            chunk = os.read(self.process.stdout.fileno(), 65536)
            if not chunk:
                raise Failed(f"{self.name} ended with code {self.process.wait()} (see {self.log_path})")
            self.buffer += chunk

    @property
    def name(self):
        return " ".join(os.path.basename(word) for word in self.command[:4])

    def go(self):
        self.process.stdin.write(b"go\n")
        self.process.stdin.flush()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.selector.close()
        self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()


def descendants(pids):
    """The processes and everything that they started."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = stat(int(entry))
            if fields:
                parents[int(entry)] = int(fields[1])
    found = set(pids)
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        grown = bool(more)
        found |= more
    return sorted(found)


def stat(pid):
    """The fields of /proc/PID/stat from the state on."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def processor_seconds(pids):
    fields = filter(None, (stat(pid) for pid in descendants(pids)))
    return sum(int(values[11]) + int(values[12]) for values in fields) / TICKS


def resident_bytes(pids):
    """Memory in use; what processes share is counted in each, so differences are what tells."""
    return sum(int(values[21]) * PAGE for values in filter(None, (stat(pid) for pid in descendants(pids))))


def idle_percent(pids, seconds):
    """Processor time that the processes take while nobody asks for anything, in percent of a core."""
    before = processor_seconds(pids)
    time.sleep(seconds)
    return (processor_seconds(pids) - before) / seconds * 100


class Syncs:
    """Counts the syncs of processes with strace while it is entered. They must not end meanwhile."""

    def __init__(self, pids, path):
        self.path = path
        self.pids = descendants(pids)

    def __enter__(self):
        if not shutil.which("strace"):
            raise Failed("strace is not installed")
        words = ["strace", "-f", "-c", "-e", "trace=fsync,fdatasync,sync_file_range", "-o", str(self.path)]
        for pid in self.pids:
            words += ["-p", str(pid)]
        self.process = subprocess.Popen(words, stderr=subprocess.PIPE)
        # It says 'Process N attached' for each.
        attached = 0
        while attached < len(self.pids):
            line = self.process.stderr.readline()
            if not line:
                raise Failed("strace cannot attach: it needs the permission to trace")
            attached += b"attached" in line
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            # What it traces goes on without it.
            self.process.kill()
            self.process.communicate()
            raise Failed("strace does not let go of what it traces") from None

    @property
    def count(self):
        with open(self.path) as file:
            rows = re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s.*?(fsync|fdatasync|sync_file_range)$", file.read(), re.M)
        if not rows:
            raise Failed("strace counted nothing")
        return sum(int(calls) for calls, _ in rows)
