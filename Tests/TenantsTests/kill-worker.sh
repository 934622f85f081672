#!/usr/bin/env bash
# Kills the worker with SIGKILL again and again while tenants are created, and demands that each tenant is whole or
# gone at the end, and that no password is in the journal.
#
# Every third tenant has the address of the one before it. Two such creations are under way at once, so one of them
# fails after its tenant exists, and undoes what it did.
#
#   kill-worker.sh BIN OUT [TENANTS [KILLS]]
#
#   BIN      the directory with tenants-worker and tenants-starter
#   OUT      a directory for everything that the test writes
#   TENANTS  how many tenants are asked for (default 9)
#   KILLS    the fewest kills (default 6); new tenants are asked for until there were as many
set -euo pipefail

[ $# -ge 2 ] || { sed -n '2,14p' "$0"; exit 2; }
bin=$1 out=$2 tenants=${3:-9} kills=${4:-6}
mkdir -p "$out/answers"
out=$(cd "$out" && pwd)
fail() { echo "kill-worker: error: $*" >&2; exit 1; }

for name in $(compgen -e | grep -E '^(TEMPORAL|DB|TENANTS|ALGA|NEXTAUTH|EMAIL|HEALTH)_' || true); do unset "$name"; done
export ALGA_AUTH_KEY=key NEXTAUTH_SECRET=secret APPLICATION_URL=https://app.example.com TEMPORAL_NAMESPACE=default
export TEMPORAL_TASK_QUEUE=tenant-workflows TENANTS_SQLITE_PATH=$out/tenants.sqlite
TENANTS_PAYLOAD_KEYS=test:$(head -c 32 /dev/urandom | base64)
export TENANTS_PAYLOAD_KEYS

# All workers have one port, so that the starters find the next one. It is none that the system gives to clients.
address=127.0.0.1:$(python3 - <<'PYTHON'
import random, socket
while True:
    port = random.randrange(20000, 30000)
    with socket.socket() as probe:
        try: probe.bind(("127.0.0.1", port))
        except OSError: continue
    print(port)
    break
PYTHON
)

worker="" askers=()
clean_up() {
  for pid in "${askers[@]}" $worker; do kill -KILL "$pid" 2> /dev/null || true; done
}
trap clean_up EXIT

start_worker() {
  rm -f "$out/ready"
  TEMPORAL_ADDRESS=$address "$bin/tenants-worker" --journal "$out/journal" --ready-file "$out/ready" \
    --latency 0.05 >> "$out/worker.log" 2>> "$out/worker.err" &
  worker=$!
  until [ -s "$out/ready" ]; do
    kill -0 "$worker" 2> /dev/null || { worker=""; cat "$out/worker.err" >&2; fail "the worker ended by itself"; }
    sleep 0.02
  done
}

# Asks for a tenant until there is an answer. Asking again is harmless: the tenant has an id.
ask() { # NUMBER EMAIL
  local id=00000000-0000-4000-9000-$(printf '%012d' "$1") code
  while :; do
    code=0
    TEMPORAL_ADDRESS=$address "$bin/tenants-starter" create-tenant --name "Tenant $1" --email "$2" --tenant-id "$id" \
      > "$out/answers/$1.json" 2> "$out/answers/$1.err" || code=$?
    [ "$code" -eq 3 ] || break
    sleep 0.05
  done
  echo "$id $2 $code" > "$out/answers/$1.end"
}

number=0
ask_three() {
  local first=$((number + 1))
  for number in $first $((first + 1)) $((first + 2)); do
    local same=$number
    [ $((number % 3)) -ne 0 ] || same=$((number - 1))
    ask "$number" "user$same@example.com" &
    askers+=($!)
  done
}
open_askers() {
  local count=0
  for pid in "${askers[@]}"; do if kill -0 "$pid" 2> /dev/null; then count=$((count + 1)); fi; done
  echo "$count"
}

start_worker
killed=0
while [ "$number" -lt "$tenants" ] || [ "$killed" -lt "$kills" ]; do
  [ "$(open_askers)" -gt 6 ] || ask_three
  # From 0 to 0.7 s after the worker is there.
  sleep "0.$(printf '%03d' $((RANDOM % 700)))"
  [ "$(open_askers)" -gt 0 ] || continue
  kill -KILL "$worker"
  wait "$worker" 2> /dev/null || true
  killed=$((killed + 1))
  start_worker
done
for pid in "${askers[@]}"; do wait "$pid" || fail "a starter's loop failed; see $out/answers"; done
askers=()

pid=$worker
worker=""
kill -TERM "$pid"
wait "$pid" || fail "the worker did not stop gracefully; see $out/worker.log"

python3 - "$out" "$killed" <<'PYTHON'
import glob, json, os, sqlite3, sys
out, killed = sys.argv[1], int(sys.argv[2])
problems = []
asked, passwords, created = {}, [], set()
for path in glob.glob(f"{out}/answers/*.end"):
    tenant, email, code = open(path).read().split()
    asked[tenant] = email
    if code == "0":
        answer = json.load(open(path.replace(".end", ".json")))
        created.add(tenant)
        passwords.append(answer["temporaryPassword"])
        if answer["tenantId"] != tenant: problems.append(f"{tenant} was answered with {answer['tenantId']}")
    else:
        error = open(path.replace(".end", ".err")).read()
        if "is the address of a user already" not in error: problems.append(f"{tenant} ended with {code}: {error}")
for email in set(asked.values()):
    winners = [t for t, e in asked.items() if e == email and t in created]
    if len(winners) != 1: problems.append(f"{email} has {len(winners)} tenants")

database = sqlite3.connect(f"{out}/tenants.sqlite")
def count(sql, *values): return database.execute(f"SELECT COUNT(*) FROM {sql}", values).fetchone()[0]
rows = {row[0] for row in database.execute("SELECT tenant_id FROM tenants WHERE NOT is_management")}
if rows != created: problems.append(f"answered but not there: {created - rows}; there but not answered: {rows - created}")
owned = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
         if row[0] not in ("tenants", "tenant_deletions", "audit_logs")
         and any(c[1] == "tenant_id" for c in database.execute(f"PRAGMA table_info({row[0]})"))]
if len(owned) != 15: problems.append(f"the tables of tenants are {owned}")
for table in owned:
    orphans = count(f"{table} WHERE tenant_id NOT IN (SELECT tenant_id FROM tenants)")
    if orphans: problems.append(f"{orphans} rows of {table} have no tenant")
for table in ("clients", "contacts", "users"):
    orphans = count(f"{table} WHERE customer_tenant_id IS NOT NULL AND customer_tenant_id NOT IN (SELECT tenant_id FROM tenants)")
    if orphans: problems.append(f"{orphans} customers in {table} have no tenant")
for tenant in created:
    for table, wanted in (("tenant_billing", 1), ("client_locations", 1), ("users", 1), ("user_roles", 1), ("roles", 5), ("tenant_settings", 4)):
        number = count(f"{table} WHERE tenant_id = ?", tenant)
        if number != wanted: problems.append(f"{tenant} has {number} rows of {table}, not {wanted}")
    for table in ("clients", "contacts", "users"):
        number = count(f"{table} WHERE customer_tenant_id = ?", tenant)
        if number != 1: problems.append(f"{tenant} is {number} times in {table} of the provider")

journal = b"".join(open(os.path.join(d, f), "rb").read() for d, _, files in os.walk(f"{out}/journal") for f in files)
if not journal: problems.append("there is no journal")
for text in passwords + sorted(set(asked.values())):
    if text.encode() in journal: problems.append(f"'{text}' is in the journal in clear")
print(f"{len(asked)} tenants asked for, {killed} kills: {len(created)} created, {len(asked) - len(created)} undone or refused")
for problem in problems: print("PROBLEM", problem)
sys.exit(1 if problems else 0)
PYTHON
