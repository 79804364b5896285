#!/usr/bin/env bash
# Compares whole servers under one load generator; see docs/benchmarks.md for the method.
#   bench/run.sh [--reps 5] [--duration 5] [--warm 10] [--servers gohub,signalr,limit] [--workloads echo1,...]
#                [--server-cpu 0] [--client-cpu 1] [--port 18100] [--docs | --no-docs]
# Loopback only. Ends only the servers it started.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/workloads.sh
source bench/workloads.sh

reps=5 duration=5 warm=10 server_cpu=0 client_cpu=1 base_port=18100 docs=auto
servers=gohub,signalr,limit
workloads=echo1,echo200,echo200x16,fan1k@100,fan1kmax,fan1kx16,idle15k
arguments=$*

die() { echo "bench: $*" >&2; exit 2; }
note() { echo "bench: $*" >&2; }

while (($#)); do
  case $1 in
    --reps) reps=$2; shift 2 ;;
    --duration) duration=$2; shift 2 ;;
    --warm) warm=$2; shift 2 ;;
    --servers) servers=$2; shift 2 ;;
    --workloads) workloads=$2; shift 2 ;;
    --server-cpu) server_cpu=$2; shift 2 ;;
    --client-cpu) client_cpu=$2; shift 2 ;;
    --port) base_port=$2; shift 2 ;;
    --docs) docs=yes; shift ;;
    --no-docs) docs=no; shift ;;
    -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) die "unknown option $1 (see --help)" ;;
  esac
done
IFS=, read -ra server_list <<<"$servers"
IFS=, read -ra workload_list <<<"$workloads"
for s in "${server_list[@]}"; do is_server "$s" || die "no server '$s'; there are: $all_servers"; done
for w in "${workload_list[@]}"; do is_workload "$w" || die "no workload '$w'; there are: $all_workloads"; done
for tool in taskset make cc dotnet awk; do command -v "$tool" >/dev/null || die "'$tool' is needed and not installed"; done
taskset -c "$server_cpu,$client_cpu" true 2>/dev/null || die "no CPUs $server_cpu and $client_cpu here; see --server-cpu, --client-cpu"

ulimit -n "$(ulimit -Hn)"
if (($(ulimit -n) < idle_connections + 500)); then
  note "idle15k left out: it needs $((idle_connections + 500)) descriptors per process, the limit is $(ulimit -n)"
  mapfile -t workload_list < <(printf '%s\n' "${workload_list[@]}" | grep -v '^idle15k$' || true)
fi

# --- processes -----------------------------------------------------------------------------------
declare -A pid_of port_of
stop() { # ends one server this script started
  local pid=${pid_of[$1]:-}
  [[ -n $pid ]] || return 0
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  unset "pid_of[$1]"
}
stop_all() { for s in "${!pid_of[@]}"; do stop "$s"; done; }
trap stop_all EXIT
trap 'exit 130' INT TERM

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
start() {
  local server=$1 port=${port_of[$1]} log=$out/$1.log
  if listens "$port"; then die "port $port is taken; choose another range with --port"; fi
  mapfile -t command < <(server_command "$server" "$port")
  # TC_CallCountingDelayMs=0 shortens the JIT's warm-up; the code it ends with is the same.
  DOTNET_TC_CallCountingDelayMs=0 taskset -c "$server_cpu" "${command[@]}" >"$log" 2>&1 &
  pid_of[$server]=$!
  for _ in $(seq 150); do
    if listens "$port"; then return 0; fi
    kill -0 "${pid_of[$server]}" 2>/dev/null || break
    sleep 0.2
  done
  tail -n 20 "$log" >&2
  die "$server did not start"
}

# --- one measurement -----------------------------------------------------------------------------
ticks=$(getconf CLK_TCK)
busy() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8; exit }' /proc/stat; }
stolen() { awk '/^cpu / { print $9; exit }' /proc/stat; }
cpu_of() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }
load() { # server workload warmup duration: one line of JSON on stdout
  local arguments
  mapfile -t arguments < <(wsload_arguments "$1" "$2")
  taskset -c "$client_cpu" bench/load/wsload "${arguments[@]}" --port "${port_of[$1]}" --pid "${pid_of[$1]}" \
    --warmup "$3" --duration "$4" --label "$1 $2"
}
measure() { # rep server workload: appends to the results, with what other processes took meanwhile
  local b0 s0 c0 t0 line own foreign stolen_cores status=0
  b0=$(busy) s0=$(stolen) c0=$(cpu_of "${pid_of[$2]}") t0=$EPOCHREALTIME
  TIMEFORMAT='%U %S'
  { time line=$(load "$2" "$3" 1 "$duration" 2>>"$out/wsload.log") || status=$?; } 2>"$out/time"
  [[ -n $line ]] || { tail -n 5 "$out/wsload.log" >&2; die "wsload failed ($status) on $2 $3"; }
  own=$(awk '{ print $1 + $2 }' "$out/time")
  read -r foreign stolen_cores < <(awk -v b="$(($(busy) - b0))" -v c="$(($(cpu_of "${pid_of[$2]}") - c0))" \
    -v s="$(($(stolen) - s0))" -v own="$own" -v hz="$ticks" -v t0="$t0" -v t1="$EPOCHREALTIME" \
    'BEGIN { t = t1 - t0; f = ((b - c) / hz - own) / t; printf "%.3f %.3f\n", f < 0 ? 0 : f, s / hz / t }')
  printf '{"rep":%d,"server":"%s","workload":"%s","foreign_cores":%s,"stolen_cores":%s,"result":%s}\n' \
    "$1" "$2" "$3" "$foreign" "$stolen_cores" "$line" >>"$out/results.jsonl"
  summary "$line" | sed "s/^/rep $1  $(printf '%-10s %-9s' "$3" "$2") /; s/\$/  (others took $foreign cores)/"
}
number() { grep -o "\"$2\":[0-9.]*" <<<"$1" | head -n 1 | cut -d: -f2; }
summary() {
  case $1 in
    *'"mode":"idle"'*) echo "$(number "$1" rss_bytes_per_conn) B/connection, $(number "$1" connects_per_s) connects/s" ;;
    *) echo "$(number "$1" '\(msgs\|deliveries\)_per_s')/s, CPU $(number "$1" server_cpu_us_per_msg) us, p50 $(number "$1" p50) us, p99 $(number "$1" p99) us" ;;
  esac
}

# --- the run -------------------------------------------------------------------------------------
make -s -C bench/load
for s in "${server_list[@]}"; do
  project=$(server_project "$s")
  [[ -n $project ]] || continue
  log=$(dotnet build -c Release --nologo -v quiet "$project" 2>&1) || { echo "$log" >&2; die "$project does not build"; }
done

out=bench/results/$(date +%Y%m%d-%H%M%S)
mkdir -p "$out"
{
  echo "date=$(date -u +%Y-%m-%d)"
  echo "commit=$(git rev-parse --short HEAD)$(git diff --quiet HEAD -- src bench Directory.Build.props Directory.Packages.props || echo ' with local changes')"
  echo "machine=$(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $(nproc --all) CPUs, $(awk '/MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo)"
  echo "system=$(. /etc/os-release && echo "$PRETTY_NAME"), kernel $(uname -r)"
  echo "command=bench/run.sh${arguments:+ $arguments}"
  echo "reps=$reps"
  echo "duration=$duration"
} >"$out/run.txt"

i=0
for s in "${server_list[@]}"; do port_of[$s]=$((base_port + i++)); done
for ((rep = 1; rep <= reps; rep++)); do
  for s in "${server_list[@]}"; do
    start "$s"
    warm_up "$s" "$warm"
  done
  # Each repetition begins with another server, so that none always comes first.
  order=()
  for ((k = 0; k < ${#server_list[@]}; k++)); do order+=("${server_list[(k + rep - 1) % ${#server_list[@]}]}"); done
  for w in "${workload_list[@]}"; do
    [[ $w == idle* ]] && continue
    for s in "${order[@]}"; do measure "$rep" "$s" "$w"; done
  done
  stop_all
  for w in "${workload_list[@]}"; do # memory wants a process that has done nothing else
    [[ $w == idle* ]] || continue
    for s in "${order[@]}"; do
      start "$s"
      measure "$rep" "$s" "$w"
      stop "$s"
    done
  done
done
for s in "${server_list[@]}"; do echo "settings $s=$(head -n 1 "$out/$s.log")"; done >>"$out/run.txt"

for s in "${server_list[@]}"; do
  for w in "${workload_list[@]}"; do echo "$s $w: wsload $(wsload_arguments "$s" "$w" | quoted)"; done
done >"$out/commands.txt"
dotnet run bench/Report.cs -- "$out" docs/benchmarks.md "$docs"
