# What the bus has to carry: its subscriptions, and its CPU per message; sourced by cluster.sh.
# shellcheck shell=bash disable=SC2154,SC2046

subscription_cases="200:21 2000:21 2000:201" # connections:rooms
member_cases="10 1000" # members of one room, which gets the same messages
member_rate=50 member_seconds=4

run_subscriptions() {
  local c case
  for c in "${contender_list[@]}"; do
    [[ -n $(bus_of "$c") ]] || continue
    start "$c"
    for case in $subscription_cases; do count_subscriptions "$c" "${case%:*}" "${case#*:}"; done
    warm_up "$c" "$warm"
    for case in $member_cases; do bus_cpu "$c" "$case"; done
    end "$c"
  done
}

# --- subscriptions -------------------------------------------------------------------------------
ask() { # port text: what comes back until the server closes
  local line
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf '%b' "$2" >&3
  while IFS= read -r -t 5 line <&3; do printf '%s\n' "$line"; done
  exec 3>&-
}
subscriptions() { # contender: of all connections to its bus
  case $(bus_of "$1") in
    redis) ask "${first_port[$1]}" 'CLIENT LIST\r\nQUIT\r\n' | grep -o ' [ps]*sub=[0-9]*' ;;
    nats) ask "$((first_port[$1] + 1))" 'GET /connz HTTP/1.0\r\n\r\n' | grep -o '"subscriptions": *[0-9]*' ;;
  esac | grep -o '[0-9]*$' | awk '{ sum += $1 } END { print sum + 0 }'
}
settled_subscriptions() { # contender: once they no longer change
  local last='' now same=0
  for _ in $(seq 60); do
    now=$(subscriptions "$1")
    if [[ $now == "$last" ]]; then same=$((same + 1)); else same=0; fi
    if ((same == 6)); then break; fi
    last=$now
    sleep 0.25
  done
  echo "$now"
}
count_subscriptions() { # contender connections rooms
  local arguments before during after
  mapfile -t arguments < <(listener "$1" rooms)
  before=$(settled_subscriptions "$1")
  generator_in_background "$1" "$out/idle.json" idle --conns "$2" --rooms "$3" --duration 20 "${arguments[@]}"
  during=$(settled_subscriptions "$1")
  stop generator
  after=$(settled_subscriptions "$1")
  printf '{"server":"%s","connections":%d,"rooms":%d,"before":%d,"during":%d,"after":%d}\n' "$1" "$2" "$3" "$before" "$during" "$after" >>"$out/subscriptions.jsonl"
  echo "subscriptions  $1, $2 connections in $3 rooms: $before before, $during during, $after after"
}

# --- CPU -----------------------------------------------------------------------------------------
running_ns() { # pid: time on a CPU, of all threads; finer than the ticks of /proc/PID/stat
  cat "/proc/$1"/task/*/schedstat | awk '{ sum += $1 } END { printf "%.0f", sum }'
}
cpu_share() { # pid seconds: microseconds of CPU per second
  local c0 c1 t0 t1
  c0=$(running_ns "$1") t0=$EPOCHREALTIME
  sleep "$2"
  c1=$(running_ns "$1") t1=$EPOCHREALTIME
  awk -v c="$((c1 - c0))" -v t0="$t0" -v t1="$t1" 'BEGIN { printf "%.1f", c / 1000 / (t1 - t0) }'
}
bytes_out() { # contender: all that its bus has sent so far
  case $(bus_of "$1") in
    redis) ask "${first_port[$1]}" 'INFO stats\r\nQUIT\r\n' | grep -o 'total_net_output_bytes:[0-9]*' ;;
    nats) ask "$((first_port[$1] + 1))" 'GET /varz HTTP/1.0\r\n\r\n' | grep -o '"out_bytes": *[0-9]*' ;;
  esac | grep -o '[0-9]*$'
}
bus_cpu() { # contender members
  local arguments idle busy bytes pid=${pid_of["$1/bus"]}
  mapfile -t arguments < <(listener "$1" everyone; message "$1" everyone)
  idle=$(cpu_share "$pid" 2)
  generator_in_background "$1" "$out/members.json" fan --conns "$2" --rate "$member_rate" --size 128 --warmup 1 --duration "$((member_seconds + 4))" "${arguments[@]}"
  sleep 3 # connected, and in the midst of it
  account_begin $(pids_of "$1") "${pid_of[generator]}"
  bytes=$(bytes_out "$1")
  busy=$(cpu_share "$pid" "$member_seconds")
  bytes=$((($(bytes_out "$1") - bytes) / (member_rate * member_seconds)))
  account_end 0
  wait "${pid_of[generator]}" || note "$1 had errors with $2 members; see $out/members.json"
  unset "pid_of[generator]"
  printf '{"server":"%s","members":%d,"rate":%d,"idle_us_per_s":%s,"busy_us_per_s":%s,"bytes_out":%d,"foreign_cores":%s}\n' "$1" "$2" "$member_rate" "$idle" "$busy" "$bytes" "$foreign" >>"$out/bus-cpu.jsonl"
  echo "bus CPU  $1, room of $2: $(awk -v b="$busy" -v i="$idle" -v r="$member_rate" 'BEGIN { printf "%.1f us per message", (b - i) / r }'), $bytes bytes out  (others took $foreign cores)"
}
