# Plain HTTP beside the WebSockets, with wrk as the generator; sourced by run.sh.
# shellcheck shell=bash disable=SC2154

http_connections=64

http_load() { # server seconds: one line of JSON on stdout, as wsload prints it
  local seconds report ticks_before cpu TIMEFORMAT='%U %S' pid=${pid_of[$1]}
  seconds=$(awk -v s="$2" 'BEGIN { printf "%d", s == int(s) ? s : s + 1 }') # wrk knows whole ones only
  ticks_before=$(cpu_of "$pid")
  { time report=$(taskset -c "$client_cpu" wrk -t1 -c"$http_connections" -d"${seconds}s" --latency \
    "http://127.0.0.1:${port_of[$1]}/plaintext"); } 2>"$out/wrk-time"
  cpu=$(($(cpu_of "$pid") - ticks_before))
  awk -v label="$1 http" -v conns="$http_connections" -v cpu="$cpu" -v hz="$ticks" -v own="$(awk '{ print $1 + $2 }' "$out/wrk-time")" '
    function us(text) { return text * (text ~ /us$/ ? 1 : text ~ /ms$/ ? 1000 : 1000000) }
    $1 == "50%" { p50 = us($2) }
    $1 == "99%" { p99 = us($2) }
    / requests in / { requests = $1; seconds = us($4) / 1000000 }
    /Socket errors/ { gsub(",", ""); socket = $4 + $6 + $8 + $10 }
    /Non-2xx/ { status = $NF }
    END {
      printf "{\"label\":\"%s\",\"mode\":\"http\",\"ok\":%s,\"conns\":%d,\"duration_s\":%.2f,\"msgs\":%d,\"msgs_per_s\":%.0f", \
        label, ((requests > 0 && !socket && !status) ? "true" : "false"), conns, seconds, requests, requests / seconds
      printf ",\"latency_us\":{\"p50\":%.1f,\"p99\":%.1f},\"server_cores\":%.3f,\"server_cpu_us_per_msg\":%.3f,\"client_cores\":%.3f", \
        p50, p99, cpu / hz / seconds, cpu / hz * 1000000 / requests, own / seconds
      printf ",\"errors\":{\"socket\":%d,\"status\":%d}}\n", socket, status
    }' <<<"$report"
}
