# What each server is and what each workload asks of it; sourced by run.sh.
# shellcheck shell=bash disable=SC2034

all_servers="gohub signalr limit coalesce"
all_workloads="echo1 echo200 echo200x16 fan1k@100 fan1kmax fan1kx16 fan1kp50 idle15k"
idle_connections=15000

is_server() { [[ " $all_servers " == *" $1 "* ]]; }
is_workload() { [[ " $all_workloads " == *" $1 "* ]]; }

server_project() {
  case $1 in
    gohub) echo bench/GoHubServer/GoHubServer.csproj ;;
    signalr) echo bench/SignalRServer/SignalRServer.csproj ;;
  esac
}

server_command() { # server port: one word a line
  case $1 in
    gohub) printf '%s\n' dotnet bench/GoHubServer/bin/Release/net10.0/bench-gohub.dll "$2" ;;
    signalr) printf '%s\n' dotnet bench/SignalRServer/bin/Release/net10.0/bench-signalr.dll "$2" ;;
    limit) printf '%s\n' bench/load/limit "$2" ;;
    coalesce) printf '%s\n' bench/load/limit "$2" coalesce ;;
  esac
}

wsload_arguments() { # server workload: one word a line
  local kind=${2%%[0-9]*}
  shape_of "$2"
  case $1 in
    gohub)
      printf '%s\n' --path /ws
      # Listeners are members of a real room, joined as any client joins.
      [[ $kind == echo ]] || printf '%s\n' --hello '{"message_type":"join_room","data":{"room_id":"everyone"}}' --ready-on room_joined
      gohub_message "$kind"
      ;;
    signalr)
      printf '%s\n' --path /ws --hello '{"protocol":"json","version":1}\x1e' --ready-on '{}'
      case $kind in
        echo) printf '%s\n' --msg '{"type":1,"target":"Echo","arguments":["@T@@P@"]}\x1e' ;;
        fan) printf '%s\n' --msg '{"type":1,"target":"Broadcast","arguments":["@T@@P@"]}\x1e' ;;
      esac
      ;;
    limit | coalesce)
      if [[ $kind == fan ]]; then printf '%s\n' --path /fan; else printf '%s\n' --path /echo; fi
      gohub_message "$kind"
      ;;
  esac
}

shape_of() {
  case $1 in
    echo1) printf '%s\n' echo --conns 1 --window 1 --size 64 ;;
    echo200) printf '%s\n' echo --conns 200 --window 1 --size 64 ;;
    echo200x16) printf '%s\n' echo --conns 200 --window 16 --size 64 ;;
    fan1k@100) printf '%s\n' fan --conns 1000 --rate 100 --size 128 ;;
    fan1kmax) printf '%s\n' fan --conns 1000 --window 4 --size 128 ;;
    fan1kx16) printf '%s\n' fan --conns 1000 --window 16 --size 128 ;;
    fan1kp50) printf '%s\n' fan --conns 1000 --publishers 50 --rate 300 --size 128 ;;
    # Several source addresses: one has 28,000 ports at most, and the last run's may not be free yet.
    idle15k) printf '%s\n' idle --conns "$idle_connections" --src-ips 8 ;;
  esac
}

gohub_message() {
  case $1 in
    echo) printf '%s\n' --msg '{"message_type":"echo","data":"@T@@P@"}' ;;
    fan) printf '%s\n' --msg '{"message_type":"broadcast","data":"@T@@P@"}' ;;
  esac
}

# A .NET server starts slow and its JIT needs seconds of this very load; C needs none.
warm_up() { # server seconds
  case $1 in
    limit | coalesce) return 0 ;;
  esac
  local step
  for step in "echo200x16 $2" "fan1kmax $(($2 / 2))" "echo200 $(($2 / 4 + 1))" "echo1 $(($2 / 4 + 1))"; do
    load "$1" "${step% *}" 0.2 "${step#* }" >>"$out/warm-up.jsonl" 2>>"$out/wsload.log" ||
      die "$1 failed in the warm-up with ${step% *}; see $out/warm-up.jsonl and $out/$1.log"
  done
}
