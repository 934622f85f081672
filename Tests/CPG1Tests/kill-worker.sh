#!/usr/bin/env bash
# Kills the worker with SIGKILL at random moments of reconciliations, restarts it, and demands that the outcome of each
# is that of a run that nobody disturbed: same results, same data hashes, intact evidence, one package per item, and
# no activity that ran again after its result was recorded. Each kill strikes a run of its own and all earlier ones
# that are still recovering.
#
# Usage: kill-worker.sh BIN DATA OUT [KILLS] [SEED]
#   BIN    directory with cpg1-worker, cpg1-starter and cpg1-tool
#   DATA   a data set
#   OUT    a directory for everything that the test writes
#   KILLS  how often the worker is killed (default 20)
#   SEED   seed of the random moments (default: random, printed)
set -euo pipefail

[ $# -ge 3 ] || { sed -n '2,13p' "$0"; exit 2; }
bin=$1 data=$2 out=$3 kills=${4:-20} seed=${5:-$RANDOM}
RANDOM=$seed
mkdir -p "$out"
out=$(cd "$out" && pwd)
fail() { echo "kill-worker: error: $*" >&2; exit 1; }

export DB_CONNECTION_STRING="DRIVER={SQLite3};Database=$out/sample.sqlite;StepAPI=1;Timeout=5000"
"$bin/cpg1-tool" load --connection "$DB_CONNECTION_STRING" --data "$data" > "$out/load.log"

worker=""
trap '[ -z "$worker" ] || kill -KILL "$worker" 2> /dev/null || true' EXIT

start_worker() {
  rm -f "$out/address"
  "$bin/cpg1-worker" --journal "$out/journal" --evidence "$out/evidence" --frames "$out/frames" \
    --address 127.0.0.1:0 --ready-file "$out/address" >> "$out/worker.log" 2>> "$out/worker.err" &
  worker=$!
}

wait_ready() {
  until [ -s "$out/address" ]; do
    kill -0 "$worker" 2> /dev/null || { worker=""; cat "$out/worker.err" >&2; fail "the worker ended by itself"; }
    sleep 0.02
  done
  TEMPORAL_ADDRESS=$(cat "$out/address")
  export TEMPORAL_ADDRESS
}

kill_worker() {
  kill -KILL "$worker"
  wait "$worker" 2> /dev/null || true
  worker=""
}

arguments=()
while IFS= read -r -d '' argument; do arguments+=("$argument"); done < <(python3 - "$data/params.json" <<'PYTHON'
import json, sys
params = json.load(open(sys.argv[1]))
arguments = ["--cutoff-date", params["cutoff_date"], "--year-start", params["year_start"],
             "--year-end", params["year_end"], "--gl-accounts", *params["gl_accounts"],
             "--companies", *params["id_companies_active"]]
sys.stdout.write("".join(argument + "\0" for argument in arguments))
PYTHON
)
arguments+=(--jdash-file "$data/JDASH.csv" --retry-interval 0.1)

start_worker
wait_ready
"$bin/cpg1-starter" "${arguments[@]}" --workflow-id undisturbed --json > "$out/undisturbed.json" 2> "$out/undisturbed.log" \
  || { cat "$out/undisturbed.log" >&2; fail "the undisturbed run failed"; }

for count in $(seq "$kills"); do
  "$bin/cpg1-starter" "${arguments[@]}" --workflow-id "disturbed-$count" --no-wait > "$out/start.log" 2>&1 \
    || { cat "$out/start.log" >&2; fail "the run could not be started"; }
  sleep "$((RANDOM % 2)).$(printf '%03d' $((RANDOM % 1000)))"
  kill_worker
  start_worker
  if [ $((RANDOM % 3)) -eq 0 ]; then
    # Once more, during start-up or recovery.
    sleep "0.$(printf '%03d' $((RANDOM % 1000)))"
    kill_worker
    start_worker
  fi
  wait_ready
  echo "kill $count of $kills"
done
for count in $(seq "$kills"); do
  "$bin/cpg1-starter" --attach --workflow-id "disturbed-$count" --json > "$out/disturbed-$count.json" \
    2> "$out/disturbed.log" || { cat "$out/disturbed.log" >&2; fail "the disturbed run $count failed"; }
  "$bin/cpg1-tool" history --address "$TEMPORAL_ADDRESS" --workflow-id "disturbed-$count" > "$out/history-$count.json"
done
"$bin/cpg1-tool" verify-evidence "$out/evidence" > "$out/verify.log" || { cat "$out/verify.log" >&2; fail "evidence was changed"; }
if [ -f "$data/expected.json" ]; then
  results=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["results_path"])' "$out/undisturbed.json")
  "$bin/cpg1-tool" compare "$results" "$data/expected.json" || fail "the results are not the expected ones"
fi

python3 - "$out" "$seed" "$kills" <<'PYTHON'
import collections, hashlib, json, os, sys
out, seed, kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
one = json.load(open(f"{out}/undisturbed.json"))
problems, results = [], [one]
attempts = repeated = 0

def digest(path):  # None for a file that is not there: a query without parameters has no parameter file.
    return hashlib.sha256(open(path, "rb").read()).hexdigest() if os.path.exists(path) else None

log = []
for line in open(f"{out}/worker.log"):
    try: log.append(json.loads(line))
    except ValueError: pass  # A line that the kill cut.

def check(name, other, events):
    global attempts, repeated
    def problem(text): problems.append(f"{name}: {text}")
    if digest(one["results_path"]) != digest(other["results_path"]): problem("results.json differs")
    for part in ("ipe_results", "cr_results"):
        for item, result in one[part].items():
            twin = other[part][item]
            for key in ("rows_extracted", "soxc1", "data", "validation_results", "quality"):
                if result[key] != twin[key]: problem(f"{item}: {key} differs")
            for file in ("03_data_complete.csv", "03_data_columns.json", "02_query_parameters.json"):
                if digest(f'{result["evidence_path"]}/{file}') != digest(f'{twin["evidence_path"]}/{file}'):
                    problem(f"{item}: {file} differs")
    # Recorded results are final: one completion per activity, and no attempt that starts after it.
    scheduled, completed = {}, {}
    for event in events:
        if event["eventType"] == "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED":
            scheduled[event["eventId"]] = event["activityTaskScheduledEventAttributes"]["activityId"]
        if event["eventType"] == "EVENT_TYPE_ACTIVITY_TASK_COMPLETED":
            activity = scheduled[event["activityTaskCompletedEventAttributes"]["scheduledEventId"]]
            if activity in completed: problem(f"activity {activity} completed twice")
            completed[activity] = event["eventTime"][:26].rstrip("Z")
    if len(completed) != 21: problem(f"{len(completed)} activities completed, 21 expected")
    starts = collections.Counter()
    for entry in log:
        if entry.get("workflow_id") != name or entry["message"] != "activity started": continue
        activity = entry["activity_id"]
        starts[activity] += 1
        if activity in completed and entry["timestamp"][:26] > completed[activity]:
            problem(f"activity {activity} started at {entry['timestamp']}, after its result of {completed[activity]}")
    attempts += sum(starts.values())
    repeated += sum(count - 1 for count in starts.values())

for count in range(1, kills + 1):
    other = json.load(open(f"{out}/disturbed-{count}.json"))
    results.append(other)
    check(f"disturbed-{count}", other, json.load(open(f"{out}/history-{count}.json"))["events"])

# One package per item and run, and exactly those that the results name.
names = sorted(name for name in os.listdir(f"{out}/evidence")
               if not name.startswith(".") and os.path.isdir(f"{out}/evidence/{name}"))
named = sorted(os.path.basename(path) for result in results for path in result["evidence_paths"])
if names != named: problems.append(f"packages {sorted(set(names) ^ set(named))} are not those of the results")

print(f"seed {seed}: {kills} disturbed runs, {attempts} attempts of {21 * kills} activities, {repeated} repeated; "
      f"{len(names)} packages")
for problem in problems: print("PROBLEM", problem)
sys.exit(1 if problems else 0)
PYTHON
kill -TERM "$worker"
pid=$worker
worker=""
wait "$pid" || fail "the worker did not stop gracefully"
