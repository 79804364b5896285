# What two nodes do while their bus is paused or dead for five seconds; sourced by cluster.sh.
# shellcheck shell=bash disable=SC2154

outage_workloads="2fan@20 2rooms@1000"
outage_lead=4 outage_seconds=5 outage_tail=4 # seconds before, during and after

run_outage() {
  local c w fault
  for c in "${contender_list[@]}"; do
    [[ -n $(bus_of "$c") ]] || continue
    start "$c"
    warm_up "$c" "$warm"
    for w in $outage_workloads; do
      for fault in paused killed; do outage "$c" "$w" "$fault"; done
    done
    end "$c"
  done
}

outage() { # contender workload paused|killed: appends to outage.jsonl; message by message in its own file
  local bus="$1/bus" log="$out/outage-$1-$2-$3.csv" from to arguments load_pid
  mapfile -t arguments < <(wsload_arguments "$1" "$2")
  generator_in_background "$1" "$out/outage.json" "${arguments[@]}" --warmup 0 --drain 4 --msg-log "$log" \
    --duration "$((outage_lead + outage_seconds + outage_tail))" --label "$1 $2 $3"
  load_pid=${pid_of[generator]}
  sleep "$outage_lead"
  account_begin "${pid_of["$1/1"]}" "${pid_of["$1/2"]}" "$load_pid"
  from=$(bench/load/wsload clock)
  if [[ $3 == paused ]]; then kill -STOP "${pid_of[$bus]}"; else kill_now "$bus"; fi
  sleep "$outage_seconds"
  to=$(bench/load/wsload clock)
  account_end 0
  if [[ $3 == paused ]]; then kill -CONT "${pid_of[$bus]}"; else start_bus "$1"; fi
  wait "$load_pid" || true # what got lost is what is measured
  unset "pid_of[generator]"
  [[ -s $log && -s $out/outage.json ]] || die "wsload failed on $1 $2 with the bus $3; see $out/wsload.log"
  printf '{"server":"%s","workload":"%s","fault":"%s","from":%s,"to":%s,"foreign_cores":%s,"log":"%s","result":%s}\n' \
    "$1" "$2" "$3" "$from" "$to" "$foreign" "$(basename "$log")" "$(<"$out/outage.json")" >>"$out/outage.jsonl"
  echo "outage  $2 $1, bus $3: $(awk -F, -v from="$from" -v to="$to" 'NR > 1 && $1 >= from && $1 < to + 1 {
    if ($5 > slowest) slowest = $5; lost += $3 - $4; remote += $6 - $7 }
    END { printf "slowest local delivery %.1f ms, %d local and %d remote lost", slowest / 1000, lost, remote }' "$log")  (others took $foreign cores)"
  if ! joined "$1" 20; then # the next run must not start from a cluster that is still broken
    note "$1 does not come together again after the bus was $3; started afresh"
    end "$1"
    start "$1"
    warm_up "$1" "$warm"
  fi
}

generator_in_background() { # contender output, then wsload's arguments
  local contender=$1 output=$2 pid pids=()
  shift 2
  for pid in $(pids_of "$contender"); do pids+=(--pid "$pid"); done
  taskset -c "$client_cpu" bench/load/wsload "$@" --port "$(ports_of "$contender")" "${pids[@]}" >"$output" 2>>"$out/wsload.log" &
  pid_of[generator]=$!
}

kill_now() {
  local pid=${pid_of[$1]}
  unset "pid_of[$1]"
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null || true
}
