#!/usr/bin/env bash
# Compares two nodes joined by a bus under one load generator; see docs/benchmarks.md for the method.
#   bench/cluster.sh [--parts load,outage,subscriptions] [--reps 3] [--duration 3] [--warm 8]
#                    [--contenders gohub-redis,gohub-redis-sockets,gohub-nats,signalr-redis,gohub] [--workloads 2fan@20,...]
#                    [--server-cpu 0] [--client-cpu 1] [--port 18200] [--no-spin] [--docs | --no-docs]
# --no-spin: idle workers of .NET's thread pool sleep at once, in all contenders; see "Traps".
# Nodes and bus share one CPU. Loopback only. Ends only the processes it started.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/runner.sh
source bench/runner.sh
# shellcheck source=bench/servers.sh
source bench/servers.sh
# shellcheck source=bench/contenders.sh
source bench/contenders.sh
# shellcheck source=bench/outage.sh
source bench/outage.sh
# shellcheck source=bench/subscriptions.sh
source bench/subscriptions.sh

reps=3 duration=3 warm=8 server_cpu=0 client_cpu=1 base_port=18200 docs=auto
parts=load,outage,subscriptions
contenders=gohub-redis,gohub-redis-sockets,gohub-nats,signalr-redis,gohub
workloads=2fan@20,2fan@100,2fanmax,2rooms@1000,2roomsmax,2rooms@half
arguments=$*

while (($#)); do
  case $1 in
    --parts) parts=$2; shift 2 ;;
    --reps) reps=$2; shift 2 ;;
    --duration) duration=$2; shift 2 ;;
    --warm) warm=$2; shift 2 ;;
    --contenders) contenders=$2; shift 2 ;;
    --workloads) workloads=$2; shift 2 ;;
    --server-cpu) server_cpu=$2; shift 2 ;;
    --client-cpu) client_cpu=$2; shift 2 ;;
    --port) base_port=$2; shift 2 ;;
    --no-spin) export DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0; shift ;;
    --docs) docs=yes; shift ;;
    --no-docs) docs=no; shift ;;
    -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) die "unknown option $1 (see --help)" ;;
  esac
done
IFS=, read -ra part_list <<<"$parts"
IFS=, read -ra contender_list <<<"$contenders"
IFS=, read -ra workload_list <<<"$workloads"
for p in "${part_list[@]}"; do [[ " load outage subscriptions " == *" $p "* ]] || die "no part '$p'; there are: load outage subscriptions"; done
for c in "${contender_list[@]}"; do is_contender "$c" || die "no contender '$c'; there are: $all_contenders"; done
for w in "${workload_list[@]}"; do is_workload "$w" || die "no workload '$w'; there are: $all_workloads"; done
[[ ",$workloads," != *,2rooms@half,* || ",${workloads%%,2rooms@half*}," == *,2roomsmax,* ]] || die "2rooms@half needs 2roomsmax before it"
need taskset make cc dotnet awk
[[ $contenders != *-redis* ]] || need redis-server
[[ $contenders != *-nats* ]] || need nats-server
need_cpus
ulimit -n "$(ulimit -Hn)"

# --- one contender: its bus and its nodes --------------------------------------------------------
declare -A first_port # ten for each contender: the bus, its monitoring, the nodes
start_bus() {
  local bus folder
  bus=$(bus_of "$1") folder=$out/$1-bus
  mkdir -p "$folder"
  mapfile -t command < <(bus_command "$bus" "${first_port[$1]}" "$PWD/$folder")
  spawn "$1/bus" "${first_port[$1]}" "$out/$1-bus.log" "${command[@]}"
}
start() {
  local port=${first_port[$1]} node
  [[ -z $(bus_of "$1") ]] || start_bus "$1"
  for ((node = 1; node <= $(node_count "$1"); node++)); do
    mapfile -t command < <(node_command "$1" "$((port + 1 + node))" "$port" "node$node")
    spawn "$1/$node" "$((port + 1 + node))" "$out/$1-$node.log" "${command[@]}"
  done
  joined "$1" 40 || die "$1: the nodes do not hear each other; see $out/$1-1.log"
}
end() {
  stop "$1/1"
  stop "$1/2"
  stop "$1/bus"
  rm -rf "${out:?}/$1-bus"
}
ports_of() {
  local port=$((first_port[$1] + 2))
  if (($(node_count "$1") == 2)); then echo "$port,$((port + 1))"; else echo "$port"; fi
}
pids_of() { # nodes, then the bus
  local name
  for name in "$1/1" "$1/2" "$1/bus"; do [[ -z ${pid_of[$name]:-} ]] || echo "${pid_of[$name]}"; done
}

generator() { # contender, then wsload's arguments
  local contender=$1 pids=() pid
  shift
  for pid in $(pids_of "$contender"); do pids+=(--pid "$pid"); done
  taskset -c "$client_cpu" bench/load/wsload "$@" --port "$(ports_of "$contender")" "${pids[@]}"
}
load() { # contender workload warmup duration [rate]: one line of JSON on stdout
  local arguments
  mapfile -t arguments < <(wsload_arguments "$1" "$2" "${5:-}")
  generator "$1" "${arguments[@]}" --warmup "$3" --duration "$4" --label "$1 $2"
}
joined() { # contender tries: whether what is said on one node is heard on the other
  local arguments try
  mapfile -t arguments < <(listener "$1" everyone; message "$1" everyone)
  for ((try = 0; try < $2; try++)); do
    if generator "$1" fan --conns 4 --rate 20 --warmup 0 --duration 0.3 --drain 0.5 "${arguments[@]}" >/dev/null 2>>"$out/wsload.log"; then return 0; fi
    sleep 0.3
  done
  return 1
}

# --- load ----------------------------------------------------------------------------------------
warm_up() { # contender seconds: each node's JIT needs seconds of this very load, on the same CPU
  local step
  for step in "2fanmax $(($2 / 2))" "2roomsmax $((($2 + 1) / 2))"; do
    load "$1" "${step% *}" 0 "${step#* }" >>"$out/warm-up.jsonl" 2>>"$out/wsload.log" ||
      note "$1 had errors in the warm-up with ${step% *}; see $out/warm-up.jsonl"
  done
}
declare -A saturation # messages/s of 2roomsmax
measure() { # rep contender workload: appends to the results, with what other processes took meanwhile
  local line rate='' status=0 pids
  if [[ $3 == 2rooms@half ]]; then rate=$(awk -v full="${saturation[$2]}" 'BEGIN { printf "%d", full < 2 ? 1 : full / 2 }'); fi
  mapfile -t pids < <(pids_of "$2")
  account_begin "${pids[@]}"
  TIMEFORMAT='%U %S'
  { time line=$(load "$2" "$3" 1 "$duration" "$rate" 2>>"$out/wsload.log") || status=$?; } 2>"$out/time"
  [[ -n $line ]] || { tail -n 5 "$out/wsload.log" >&2; die "wsload failed ($status) on $2 $3"; }
  account_end "$(awk '{ print $1 + $2 }' "$out/time")"
  printf '{"rep":%d,"server":"%s","workload":"%s","foreign_cores":%s,"stolen_cores":%s,"result":%s}\n' \
    "$1" "$2" "$3" "$foreign" "$stolen_cores" "$line" >>"$out/two-nodes.jsonl"
  if [[ $3 == 2roomsmax ]]; then saturation[$2]=$(number "$line" published_per_s); fi
  printf 'rep %d  %-12s %-19s %s/s, CPU %s us, %s cores, p50 %s us, p99 %s us  (others took %s cores)\n' "$1" "$3" "$2" \
    "$(number "$line" deliveries_per_s)" "$(number "$line" server_cpu_us_per_msg)" "$(number "$line" server_cores)" \
    "$(number "$line" p50)" "$(number "$line" p99)" "$foreign"
}
run_load() {
  local rep c w k order
  for ((rep = 1; rep <= reps; rep++)); do
    for c in "${contender_list[@]}"; do
      start "$c"
      warm_up "$c" "$warm"
    done
    # Each repetition begins with another contender, so that none always comes first.
    order=()
    for ((k = 0; k < ${#contender_list[@]}; k++)); do order+=("${contender_list[(k + rep - 1) % ${#contender_list[@]}]}"); done
    for w in "${workload_list[@]}"; do
      for c in "${order[@]}"; do measure "$rep" "$c" "$w"; done
    done
    for c in "${contender_list[@]}"; do end "$c"; done
  done
}

# --- the run -------------------------------------------------------------------------------------
make -s -C bench/load
build_project bench/Report # first: a report that does not build must not cost a run
build_programs "${contender_list[@]}"
out=bench/results/$(date +%Y%m%d-%H%M%S)-cluster
mkdir -p "$out"
describe_run "bench/cluster.sh${arguments:+ $arguments}" >"$out/run.txt"
[[ $contenders != *-redis* ]] || echo "settings redis=$(redis-server --version | grep -o 'v=[^ ]*')" >>"$out/run.txt"
[[ $contenders != *-nats* ]] || echo "settings nats=$(nats-server --version)" >>"$out/run.txt"
for c in "${contender_list[@]}"; do
  for w in "${workload_list[@]}"; do echo "$c $w: wsload $(wsload_arguments "$c" "$w" RATE | quoted)"; done
done >"$out/commands.txt"

i=0
for c in "${contender_list[@]}"; do first_port[$c]=$((base_port + 10 * i++)); done
began=$SECONDS
for p in "${part_list[@]}"; do
  "run_$p"
  note "$p is done after $((SECONDS - began)) s"
done
for c in "${contender_list[@]}"; do echo "settings $c=$(head -n 1 "$out/$c-1.log")"; done >>"$out/run.txt"
report
