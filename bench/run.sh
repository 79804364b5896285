#!/usr/bin/env bash
# Compares whole servers under one load generator; see docs/benchmarks.md for the method.
#   bench/run.sh cluster ...   two nodes and a bus instead: see bench/cluster.sh --help
#   bench/run.sh micro ...     BenchmarkDotNet instead: --filter '*Frame*' --job short
#   bench/run.sh [--reps 3] [--duration 2] [--warm 6] [--servers gohub,gohub-aot,...] [--workloads echo1,...]
#                [--server-cpu 0] [--client-cpu 1] [--port 18100] [--docs | --no-docs]
# Loopback only. Ends only the servers it started.
set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in
  cluster) exec bench/cluster.sh "${@:2}" ;;
  micro) exec dotnet run --project bench/MicroBenchmarks -c Release -- "${@:2}" ;;
esac
# shellcheck source=bench/runner.sh
source bench/runner.sh
# shellcheck source=bench/servers.sh
source bench/servers.sh
# shellcheck source=bench/workloads.sh
source bench/workloads.sh
# shellcheck source=bench/http.sh
source bench/http.sh
# shellcheck source=bench/measure.sh
source bench/measure.sh

reps=3 duration=2 warm=6 server_cpu=0 client_cpu=1 base_port=18100 docs=auto
servers=gohub,gohub-aot,gohub-sockets,signalr,aspnet,ws,limit,coalesce
workloads=echo1,echo200,echo200x16,inline200,inline200x16,raw1,raw200,raw200x16,fan1k@100,fan1kmax,fan1kx16,fan5k@10,fan1kp50,connects,http,idle15k,idle15kroom
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
    -h | --help)
      sed -n '2,7s/^# \{0,1\}//p' "$0"
      printf '%s\n' "servers: $all_servers" "workloads: $all_workloads"
      exit 0
      ;;
    *) die "unknown option $1 (see --help)" ;;
  esac
done
IFS=, read -ra server_list <<<"$servers"
IFS=, read -ra workload_list <<<"$workloads"
for s in "${server_list[@]}"; do is_server "$s" || die "no server '$s'; there are: $all_servers"; done
for w in "${workload_list[@]}"; do is_workload "$w" || die "no workload '$w'; there are: $all_workloads"; done
need taskset make cc dotnet awk
[[ ,$workloads, != *,http,* ]] || need wrk
need_cpus

ulimit -n "$(ulimit -Hn)"
if (($(ulimit -n) < many + 500)); then
  for k in "${!workload_list[@]}"; do
    takes_many "${workload_list[k]}" || continue
    note "${workload_list[k]} left out: it needs $((many + 500)) descriptors per process, the limit is $(ulimit -n)"
    unset "workload_list[k]"
  done
fi

# --- the run -------------------------------------------------------------------------------------
make -s -C bench/load
build_project bench/Report # first: a report that does not build must not cost a run
build_programs "${server_list[@]}"

out=bench/results/$(date +%Y%m%d-%H%M%S)
mkdir -p "$out"
describe_run "bench/run.sh${arguments:+ $arguments}" >"$out/run.txt"
if [[ ,$workloads, == *,idle* ]]; then
  build_project bench/Tokens
  dotnet run --project bench/Tokens -c Release --no-build -- "$secret" "$many" >"$out/tokens"
fi
for s in "${server_list[@]}"; do
  for w in "${workload_list[@]}"; do
    if [[ $w != http ]] && takes "$s" "$w"; then echo "$s $w: wsload $(wsload_arguments "$s" "$w" | quoted)"; fi
  done
done >"$out/commands.txt"

i=0
for s in "${server_list[@]}"; do port_of[$s]=$((base_port + i++)); done
began=$SECONDS
for ((rep = 1; rep <= reps; rep++)); do
  measure_all "$rep"
  note "repetition $rep is done after $((SECONDS - began)) s"
done
for s in "${server_list[@]}"; do echo "settings $s=$(head -n 1 "$out/$s.log")"; done >>"$out/run.txt"
report
