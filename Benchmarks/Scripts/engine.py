"""The engine's side of the comparison and of the curves: the program EngineBenchmarks."""

import shutil
import subprocess

from processes import Failed, Session


class Engine:
    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.number = 0

    def directory(self):
        """A name that nobody has used."""
        self.number += 1
        return f"{self.folder}/engine-{self.number}"

    def session(self, command, directory, **options):
        words = [self.program, command, directory]
        for name, value in options.items():
            words += [f"--{name}", str(value)]
        return Session(words, f"{self.folder}/engine.log")

    def measure(self, command, timeout, directory=None, **options):
        """Runs one measurement to its end; a directory that was not given is removed."""
        data = directory or self.directory()
        try:
            with self.session(command, data, **options) as session:
                return session.expect(timeout)
        finally:
            if directory is None:
                shutil.rmtree(data, ignore_errors=True)


def build(package, products):
    """Builds the programs; gives the folder that holds them."""
    command = ["swift", "build", "-c", "release", "--package-path", f"{package}/Benchmarks"]
    for product in products:
        if subprocess.run([*command, "--product", product]).returncode != 0:
            raise Failed(f"{product} does not build")
    shown = subprocess.run([*command, "--show-bin-path"], capture_output=True, text=True, check=True)
    return shown.stdout.strip()
