"""What was measured where."""

import datetime
import os
import platform
import subprocess


def run(*command, default=""):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return default


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def memory_gigabytes():
    return round(os.sysconf("SC_PAGESIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def describe(package, folder):
    """Machine, date and commit of a run; `package` is the repository, `folder` where the data lies."""
    changes = run("git", "-C", str(package), "status", "--porcelain", "--", "Sources", "Benchmarks/Sources")
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": run("git", "-C", str(package), "rev-parse", "--short", "HEAD", default="unknown"),
        "has_local_changes": bool(changes),
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gigabytes": memory_gigabytes(),
        "kernel": platform.release(),
        "file_system": run("findmnt", "-no", "FSTYPE", "-T", str(folder), default="unknown"),
        "swift": next(iter(run("swift", "--version").splitlines()), "unknown"),
        "load_before": os.getloadavg()[0],
    }


def sentence(machine):
    changed = " with local changes" if machine["has_local_changes"] else ""
    busy = (
        f" The machine was **not idle**: its load was {machine['load_before']:.1f} when the run began."
        if machine["load_before"] > 0.7
        else ""
    )
    return (
        f"Commit {machine['commit']}{changed}, {machine['date']}; {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gigabytes']} GB, {machine['file_system']}, Linux {machine['kernel']}.{busy}"
    )
