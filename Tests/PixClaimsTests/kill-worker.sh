#!/usr/bin/env bash
# Kills the worker with SIGKILL in the middle of claims, starts it again and demands that they end as if nothing had
# happened: silence counts from the claim's beginning, every effect is there once.
#
#   kill-worker.sh BIN OUT [DAY]
#
#   BIN   the directory with pix-claims-worker and pix-claims-starter
#   OUT   a directory for everything that the test writes
#   DAY   how many seconds a day has (default 0.4: a claim's 30 days are 12 s)
set -euo pipefail

[ $# -ge 2 ] || { sed -n '2,9p' "$0"; exit 2; }
bin=$1 out=$2 day=${3:-0.4}
mkdir -p "$out"
out=$(cd "$out" && pwd)
fail() { echo "kill-worker: error: $*" >&2; exit 1; }

for name in $(compgen -e | grep -E '^(TEMPORAL|POSTGRES|PULSAR|PIX|BRIDGE)_' || true); do unset "$name"; done
export PIX_SQLITE_PATH=$out/pix.sqlite PIX_EVENTS_FILE=$out/events.jsonl PIX_DAY_SECONDS=$day
export HEALTH_PORT=0 METRICS_PORT=0

worker=""
trap '[ -z "$worker" ] || kill -KILL "$worker" 2> /dev/null || true' EXIT

start_worker() {
  rm -f "$out/ready"
  TEMPORAL_ADDRESS=127.0.0.1:0 "$bin/pix-claims-worker" --journal "$out/journal" --ready-file "$out/ready" \
    --bridge-latency 0.02 >> "$out/worker.log" 2>> "$out/worker.err" &
  worker=$!
  until [ -s "$out/ready" ]; do
    kill -0 "$worker" 2> /dev/null || { worker=""; cat "$out/worker.err" >&2; fail "the worker ended by itself"; }
    sleep 0.02
  done
  TEMPORAL_ADDRESS=$(sed -n 's/^ADDRESS=//p' "$out/ready")
  export TEMPORAL_ADDRESS
}

kill_worker() {
  kill -KILL "$worker"
  wait "$worker" 2> /dev/null || true
  worker=""
}

ask() { "$bin/pix-claims-starter" "$@" 2>> "$out/starter.err" || { tail -n 3 "$out/starter.err" >&2; fail "$* was refused"; }; }
field() { python3 -c 'import json, sys; print(json.loads(sys.argv[1]).get(sys.argv[2]))' "$1" "$2"; }
expect() { [ "$(field "$1" "$2")" = "$3" ] || fail "$4: $2 is $(field "$1" "$2"), not $3: $1"; }
days() { sleep "$(python3 -c 'import sys; print(float(sys.argv[1]) * float(sys.argv[2]))' "$1" "$day")"; }

start_worker
for number in 1 2 3; do
  ask create-entry --entry-id "ENTRY-$number" --key "1234567890$number" --participant 12345678 \
    --owner-name "Ada Lovelace" --owner-tax-id 12345678901 > /dev/null
done
for number in 1 2 3; do
  ask create-claim --entry-id "ENTRY-$number" --claimer 87654321 --claim-id "CLAIM-$number" > /dev/null
done

# Day 15: the worker dies and comes back.
days 15
kill_worker
start_worker
for number in 1 2 3; do expect "$(ask show-claim "CLAIM-$number")" status WAITING_RESOLUTION "after the first kill"; done

# One claim is confirmed, and the worker dies at once.
ask confirm-claim CLAIM-3 --by 12345678 > /dev/null
kill_worker
start_worker
expect "$(ask show-claim CLAIM-3 --wait)" status COMPLETED "confirmed before a kill"

# The worker is away when the other claims' time is over.
kill_worker
days 16
start_worker
for number in 1 2; do
  claim=$(ask show-claim "CLAIM-$number" --wait)
  expect "$claim" status EXPIRED "after 30 days"
  expect "$claim" auto_confirmed True "after 30 days"
done
for number in 1 2 3; do expect "$(ask show-entry "ENTRY-$number")" participant_ispb 87654321 "the key"; done

# A fourth claim lives through a kill on day 15 and still ends on day 30, not later.
ask create-entry --entry-id ENTRY-4 --key 12345678904 --participant 12345678 --owner-name Ada \
  --owner-tax-id 12345678901 > /dev/null
ask create-claim --entry-id ENTRY-4 --claimer 87654321 --claim-id CLAIM-4 > /dev/null
days 15
kill_worker
start_worker
claim=$(ask show-claim CLAIM-4 --wait)
expect "$claim" status EXPIRED "after 30 days in total"

pid=$worker
worker=""
kill -TERM "$pid"
wait "$pid" || fail "the worker did not stop gracefully"

python3 - "$out" "$day" "$claim" <<'PYTHON'
import collections, datetime, json, sys
out, day, claim = sys.argv[1], float(sys.argv[2]), json.loads(sys.argv[3])
problems = []
def time(text): return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
due, late = time(claim["claim_expiry_date"]), time(claim["expired_at"]) - time(claim["claim_expiry_date"])
lived = (due - time(claim["created_at"])).total_seconds()
if abs(lived - 30 * day) > 0.01: problems.append(f"CLAIM-4 was given {lived} s, not {30 * day}")
if not 0 <= late.total_seconds() < 5: problems.append(f"CLAIM-4 expired {late.total_seconds()} s late")

# Published at least once; with equal ids dropped, exactly once.
events = {}
for line in open(f"{out}/events.jsonl"):
    event = json.loads(line)
    events[event["event_id"]] = (event["key"], event["payload"]["event_type"])
counts = collections.Counter(events.values())
for number in (1, 2, 4):
    for kind in ("claim_expired", "ownership_transferred", "donor_notified", "confirmation_sent"):
        if counts[(f"CLAIM-{number}", kind)] != 1: problems.append(f"CLAIM-{number}: {counts[(f'CLAIM-{number}', kind)]} x {kind}")
for kind in ("claim_completed", "ownership_transferred"):
    if counts[("CLAIM-3", kind)] != 1: problems.append(f"CLAIM-3: {counts[('CLAIM-3', kind)]} x {kind}")
print(f"4 claims, 4 kills; CLAIM-4 expired {late.total_seconds():.3f} s after its time; {len(events)} events")
for problem in problems: print("PROBLEM", problem)
sys.exit(1 if problems else 0)
PYTHON
