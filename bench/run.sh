#!/usr/bin/env bash
# Compares whole servers under one load generator; see docs/benchmarks.md for the method.
#   bench/run.sh cluster ...   two nodes and a bus instead: see bench/cluster.sh --help
#   bench/run.sh [--reps 5] [--duration 5] [--warm 10] [--servers gohub,signalr,limit] [--workloads echo1,...]
#                [--server-cpu 0] [--client-cpu 1] [--port 18100] [--docs | --no-docs]
# Loopback only. Ends only the servers it started.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ ${1:-} == cluster ]]; then exec bench/cluster.sh "${@:2}"; fi
# shellcheck source=bench/runner.sh
source bench/runner.sh
# shellcheck source=bench/workloads.sh
source bench/workloads.sh

reps=5 duration=5 warm=10 server_cpu=0 client_cpu=1 base_port=18100 docs=auto
servers=gohub,signalr,limit
workloads=echo1,echo200,echo200x16,fan1k@100,fan1kmax,fan1kx16,idle15k
arguments=$*

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
    -h | --help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) die "unknown option $1 (see --help)" ;;
  esac
done
IFS=, read -ra server_list <<<"$servers"
IFS=, read -ra workload_list <<<"$workloads"
for s in "${server_list[@]}"; do is_server "$s" || die "no server '$s'; there are: $all_servers"; done
for w in "${workload_list[@]}"; do is_workload "$w" || die "no workload '$w'; there are: $all_workloads"; done
need taskset make cc dotnet awk
need_cpus

ulimit -n "$(ulimit -Hn)"
if (($(ulimit -n) < idle_connections + 500)); then
  note "idle15k left out: it needs $((idle_connections + 500)) descriptors per process, the limit is $(ulimit -n)"
  mapfile -t workload_list < <(printf '%s\n' "${workload_list[@]}" | grep -v '^idle15k$' || true)
fi

# --- one measurement -----------------------------------------------------------------------------
declare -A port_of
start() {
  mapfile -t command < <(server_command "$1" "${port_of[$1]}")
  rm -f "$out/$1.log"
  spawn "$1" "${port_of[$1]}" "$out/$1.log" "${command[@]}"
}

load() { # server workload warmup duration: one line of JSON on stdout
  local arguments
  mapfile -t arguments < <(wsload_arguments "$1" "$2")
  taskset -c "$client_cpu" bench/load/wsload "${arguments[@]}" --port "${port_of[$1]}" --pid "${pid_of[$1]}" \
    --warmup "$3" --duration "$4" --label "$1 $2"
}
measure() { # rep server workload: appends to the results, with what other processes took meanwhile
  local line status=0
  account_begin "${pid_of[$2]}"
  TIMEFORMAT='%U %S'
  { time line=$(load "$2" "$3" 1 "$duration" 2>>"$out/wsload.log") || status=$?; } 2>"$out/time"
  [[ -n $line ]] || { tail -n 5 "$out/wsload.log" >&2; die "wsload failed ($status) on $2 $3"; }
  account_end "$(awk '{ print $1 + $2 }' "$out/time")"
  printf '{"rep":%d,"server":"%s","workload":"%s","foreign_cores":%s,"stolen_cores":%s,"result":%s}\n' \
    "$1" "$2" "$3" "$foreign" "$stolen_cores" "$line" >>"$out/results.jsonl"
  summary "$line" | sed "s/^/rep $1  $(printf '%-10s %-9s' "$3" "$2") /; s/\$/  (others took $foreign cores)/"
}
summary() {
  case $1 in
    *'"mode":"idle"'*) echo "$(number "$1" rss_bytes_per_conn) B/connection, $(number "$1" connects_per_s) connects/s" ;;
    *) echo "$(number "$1" '\(msgs\|deliveries\)_per_s')/s, CPU $(number "$1" server_cpu_us_per_msg) us, p50 $(number "$1" p50) us, p99 $(number "$1" p99) us" ;;
  esac
}

# --- the run -------------------------------------------------------------------------------------
make -s -C bench/load
build_project bench/Report # first: a report that does not build must not cost a run
for s in "${server_list[@]}"; do
  project=$(server_project "$s")
  [[ -n $project ]] || continue
  build_project "$project"
done

out=bench/results/$(date +%Y%m%d-%H%M%S)
mkdir -p "$out"
describe_run "bench/run.sh${arguments:+ $arguments}" >"$out/run.txt"

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
report
