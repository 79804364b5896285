# What run.sh and cluster.sh both need: processes, the CPU's accounts, the description of a run; sourced by them.
# shellcheck shell=bash disable=SC2154

die() { echo "bench: $*" >&2; exit 2; }
note() { echo "bench: $*" >&2; }

need() { # tools
  local tool
  for tool in "$@"; do command -v "$tool" >/dev/null || die "'$tool' is needed and not installed"; done
}
need_cpus() {
  taskset -c "$server_cpu,$client_cpu" true 2>/dev/null || die "no CPUs $server_cpu and $client_cpu here; see --server-cpu, --client-cpu"
}

# --- processes -----------------------------------------------------------------------------------
declare -A pid_of # by name; only what this script started
ask_to_end() {
  kill -TERM "${pid_of[$1]}" 2>/dev/null || true
  kill -CONT "${pid_of[$1]}" 2>/dev/null || true # one that is paused hears nothing
}
await_end() { # for 5 s, and then insists
  local pid=${pid_of[$1]}
  unset "pid_of[$1]"
  for _ in $(seq 50); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}
stop() {
  [[ -n ${pid_of[$1]:-} ]] || return 0
  ask_to_end "$1"
  await_end "$1"
}
stop_all() {
  local name
  for name in "${!pid_of[@]}"; do ask_to_end "$name"; done
  for name in "${!pid_of[@]}"; do await_end "$name"; done
}
trap stop_all EXIT
trap 'exit 130' INT TERM

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
spawn() { # name port log command...: on the servers' CPU; returns once it listens
  local name=$1 port=$2 log=$3
  shift 3
  if listens "$port"; then die "port $port is taken; choose another range with --port"; fi
  # TC_CallCountingDelayMs=0 shortens the JIT's warm-up; the code it ends with is the same.
  DOTNET_TC_CallCountingDelayMs=0 taskset -c "$server_cpu" "$@" >>"$log" 2>&1 &
  pid_of[$name]=$!
  for _ in $(seq 300); do
    if listens "$port"; then return 0; fi
    kill -0 "${pid_of[$name]}" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$log" >&2
  die "$name did not start"
}

# --- accounts ------------------------------------------------------------------------------------
ticks=$(getconf CLK_TCK)
busy() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8; exit }' /proc/stat; }
stolen() { awk '/^cpu / { print $9; exit }' /proc/stat; }
cpu_of() { # pids: ticks of all of them
  local pid
  for pid in "$@"; do sed 's/.*) //' "/proc/$pid/stat"; done | awk '{ sum += $12 + $13 } END { print sum }'
}
# What other processes, and the hypervisor, took between begin and end.
account_begin() { # pids
  account_pids=("$@")
  account=("$(busy)" "$(stolen)" "$(cpu_of "$@")" "$EPOCHREALTIME")
}
account_end() { # the generator's CPU seconds: sets foreign and stolen_cores
  read -r foreign stolen_cores < <(awk -v b="$(($(busy) - account[0]))" -v c="$(($(cpu_of "${account_pids[@]}") - account[2]))" \
    -v s="$(($(stolen) - account[1]))" -v own="$1" -v hz="$ticks" -v t0="${account[3]}" -v t1="$EPOCHREALTIME" \
    'BEGIN { t = t1 - t0; f = ((b - c) / hz - own) / t; printf "%.3f %.3f\n", f < 0 ? 0 : f, s / hz / t }')
}

number() { grep -o "\"$2\":[0-9.]*" <<<"$1" | head -n 1 | cut -d: -f2; } # json name
quoted() { # words on stdin, one a line -> one line that a shell can read
  local word line=
  while IFS= read -r word; do
    [[ $word =~ ^[A-Za-z0-9_./@:-]+$ ]] || word="'$word'"
    line+="$word "
  done
  echo "${line% }"
}

# --- the run -------------------------------------------------------------------------------------
describe_run() { # command
  echo "date=$(date -u +%Y-%m-%d)"
  echo "commit=$(git rev-parse --short HEAD)$(git diff --quiet HEAD -- src bench Directory.Build.props Directory.Packages.props || echo ' with local changes')"
  echo "machine=$(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $(nproc --all) CPUs, $(awk '/MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo)"
  echo "system=$(. /etc/os-release && echo "$PRETTY_NAME"), kernel $(uname -r)"
  echo "command=$1"
  echo "reps=$reps"
  echo "duration=$duration"
}
report() { dotnet run --project bench/Report -c Release --no-build -- "$out" docs/benchmarks.md "$docs"; }
