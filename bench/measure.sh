# One repetition: which server is up when, how it is warmed up, what is written down; sourced by run.sh.
# shellcheck shell=bash disable=SC2154

declare -A port_of
start() { # server [setting...]
  local server=$1
  shift
  mapfile -t command < <(server_command "$server" "${port_of[$server]}")
  rm -f "$out/$server.log"
  spawn "$server" "${port_of[$server]}" "$out/$server.log" "${command[@]}" "$@"
}

load() { # server workload warmup duration [wsload's arguments]: one line of JSON on stdout
  local server=$1 workload=$2 warmup=$3 seconds=$4 arguments
  shift 4
  if [[ $workload == http ]]; then
    http_load "$server" "$seconds"
    return
  fi
  mapfile -t arguments < <(wsload_arguments "$server" "$workload")
  taskset -c "$client_cpu" bench/load/wsload "${arguments[@]}" --port "${port_of[$server]}" --pid "${pid_of[$server]}" \
    --warmup "$warmup" --duration "$seconds" --label "$server $workload" "$@"
}
seconds_of() { # workload
  case $1 in
    connects) echo 0.2 ;; # the connecting itself is measured
    idle*) echo "$idle_hold" ;;
    *) echo "$duration" ;;
  esac
}

measure() { # rep server workload: appends to the results, with what other processes took meanwhile
  local line status=0
  account_begin "${pid_of[$2]}"
  TIMEFORMAT='%U %S'
  { time line=$(load "$2" "$3" 1 "$(seconds_of "$3")" 2>>"$out/wsload.log") || status=$?; } 2>"$out/time"
  [[ -n $line ]] || { tail -n 5 "$out/wsload.log" >&2; die "the generator failed ($status) on $2 $3"; }
  account_end "$(awk '{ print $1 + $2 }' "$out/time")"
  printf '{"rep":%d,"server":"%s","workload":"%s","foreign_cores":%s,"stolen_cores":%s,"result":%s}\n' \
    "$1" "$2" "$3" "$foreign" "$stolen_cores" "$line" >>"$out/results.jsonl"
  summary "$line" | sed "s/^/rep $1  $(printf '%-12s %-13s' "$3" "$2") /; s/\$/  (others took $foreign cores)/"
  if takes_many "$3" || [[ $3 == fan5k* ]]; then calm "$2"; fi
}
summary() {
  case $1 in
    *'"mode":"idle"'*) echo "$(number "$1" rss_bytes_per_conn) B/connection, $(number "$1" connects_per_s) connects/s, CPU $(number "$1" server_cpu_us_per_connect) us" ;;
    *) echo "$(number "$1" '\(msgs\|deliveries\)_per_s')/s, CPU $(number "$1" server_cpu_us_per_msg) us, p50 $(number "$1" p50) us, p99 $(number "$1" p99) us" ;;
  esac
}
calm() { # server: waits until it is through with the connections that have gone, which the next one's figures must not pay for
  local before
  for _ in $(seq 20); do
    before=$(cpu_of "${pid_of[$1]}")
    sleep 0.25
    if (($(cpu_of "${pid_of[$1]}") - before <= 2)); then return 0; fi
  done
}

# A .NET server starts slow and its JIT needs seconds of this very load; C needs none.
warm_up() { # server
  local seconds=$warm step
  case $(program_of "$1") in
    limit | coalesce) return 0 ;;
    *-aot) seconds=1 ;;                # compiled already; its heap is to grow
    ws) seconds=$(((warm + 2) / 3)) ;; # V8 is quicker
  esac
  for step in "echo200x16 1" "fan1kmax 2" "raw200x16 2" "inline200x16 2" "echo200 3" "raw200 4" "echo1 4" "http 3" "connects 4" "connects 4" "connects 4"; do
    warmed_by "$1" "${step% *}" || continue
    load "$1" "${step% *}" 0.2 "$(awk -v s="$seconds" -v part="${step#* }" 'BEGIN { printf "%.1f", s / part }')" >>"$out/warm-up.jsonl" 2>>"$out/wsload.log" ||
      die "$1 failed in the warm-up with ${step% *}; see $out/warm-up.jsonl and $out/$1.log"
  done
}
warmed_by() { # server workload: whether it takes that, and one of its kind is to be measured
  local w
  takes "$1" "$2" || return 1
  for w in "${workload_list[@]}"; do
    if [[ $(kind_of "$w") == "$(kind_of "$2")" ]]; then return 0; fi
  done
  return 1
}

measure_all() { # rep
  local rep=$1 s w k order=() loads=() idles=()
  for w in "${workload_list[@]}"; do if [[ $w == idle* ]]; then idles+=("$w"); else loads+=("$w"); fi; done
  # Each repetition begins with another server, so that none always comes first.
  for ((k = 0; k < ${#server_list[@]}; k++)); do order+=("${server_list[(k + rep - 1) % ${#server_list[@]}]}"); done
  if ((${#loads[@]})); then
    for s in "${server_list[@]}"; do
      start "$s"
      warm_up "$s"
    done
    for w in "${loads[@]}"; do
      for s in "${order[@]}"; do if takes "$s" "$w"; then measure "$rep" "$s" "$w"; fi; done
    done
    stop_all
  fi
  for w in "${idles[@]}"; do # memory wants a process that has done nothing else
    for s in "${order[@]}"; do if takes "$s" "$w"; then measure_idle "$rep" "$s" "$w"; fi; done
  done
}
measure_idle() { # rep server workload
  local settings
  mapfile -t settings < <(auth_settings "$2")
  start "$2" "${settings[@]}"
  load "$2" "$3" 0 0.2 --conns "$idle_warm" >>"$out/warm-up.jsonl" 2>>"$out/wsload.log" || die "$2 failed in the warm-up for $3; see $out/$2.log"
  calm "$2"
  measure "$@"
  stop "$2"
}
