# What each contender over two nodes is and what each workload asks of it; sourced by cluster.sh.
# shellcheck shell=bash disable=SC2034,SC2154

all_contenders="gohub-redis gohub-redis-sockets gohub-nats gohub-nats-sockets signalr-redis gohub gohub-sockets signalr"
# 2rooms@half runs at half the rate that the same contender reached in 2roomsmax just before.
all_workloads="2fan@20 2fan@100 2fanmax 2rooms@1000 2roomsmax 2rooms@half 2roomsx4"

is_contender() { [[ " $all_contenders " == *" $1 "* ]]; }
is_workload() { [[ " $all_workloads " == *" $1 "* ]]; }
bus_of() {
  local bus
  for bus in redis nats; do if is "$1" "$bus"; then echo "$bus"; fi; done
}
node_count() { if [[ -n $(bus_of "$1") ]]; then echo 2; else echo 1; fi; }

node_command() { # contender port bus-port name: one word a line
  server_command "$1" "$2"
  case $1 in
    gohub-redis*) printf '%s\n' --GoHub:Cluster:Bus=redis "--GoHub:Cluster:Redis:Configuration=127.0.0.1:$3" "--GoHub:Cluster:NodeName=$4" ;;
    gohub-nats*) printf '%s\n' --GoHub:Cluster:Bus=nats "--GoHub:Cluster:Nats:Urls:0=nats://127.0.0.1:$3" "--GoHub:Cluster:NodeName=$4" ;;
    signalr-redis) printf '%s\n' "--redis=127.0.0.1:$3" ;;
  esac
}

bus_command() { # bus port folder: one word a line; NATS's monitoring has the next port
  case $1 in
    redis) printf '%s\n' redis-server --bind 127.0.0.1 --port "$2" --save '' --appendonly no --dir "$3" ;;
    nats) printf '%s\n' nats-server -a 127.0.0.1 -p "$2" -m "$(($2 + 1))" -js -sd "$3" ;;
  esac
}

shape_of() { # workload [rate]
  case $1 in
    2fan@*) printf '%s\n' fan --conns 1000 --rate "${1#*@}" --size 128 ;;
    2fanmax) printf '%s\n' fan --conns 1000 --window 4 --window-on all --size 128 ;;
    # 101 rooms: an odd number, so that each room has members on both nodes.
    2roomsmax) printf '%s\n' fan --conns 1010 --rooms 101 --publishers 101 --window 1 --window-on all --size 128 ;;
    2roomsx4) printf '%s\n' fan --conns 1010 --rooms 101 --publishers 101 --window 4 --window-on all --size 128 ;;
    2rooms@half) printf '%s\n' fan --conns 1010 --rooms 101 --publishers 101 --rate "$2" --size 128 ;;
    2rooms@*) printf '%s\n' fan --conns 1010 --rooms 101 --publishers 101 --rate "${1#*@}" --size 128 ;;
  esac
}

# Everybody listens to one room (SignalR: to all), or each connection to its own of several.
listener() { # contender everyone|rooms
  printf '%s\n' --path /ws
  case $(app_of "$1") in
    gohub)
      local room=everyone
      [[ $2 == everyone ]] || room=r%r
      printf '%s\n' --hello '{"message_type":"join_room","data":{"room_id":"'$room'"}}' --ready-on room_joined
      ;;
    signalr)
      printf '%s\n' --hello '{"protocol":"json","version":1}\x1e'
      if [[ $2 == everyone ]]; then
        printf '%s\n' --ready-on '{}'
      else
        printf '%s\n' --hello '{"type":1,"target":"Join","arguments":["r%r"]}\x1e' --ready-on Joined
      fi
      ;;
  esac
}

message() { # contender everyone|rooms
  case "$(app_of "$1") $2" in
    "gohub everyone") printf '%s\n' --msg '{"message_type":"broadcast","data":"@T@@P@"}' ;;
    "gohub rooms") printf '%s\n' --msg '{"message_type":"room","data":{"room":"r%r","text":"@T@@P@"}}' ;;
    "signalr everyone") printf '%s\n' --msg '{"type":1,"target":"Broadcast","arguments":["@T@@P@"]}\x1e' ;;
    "signalr rooms") printf '%s\n' --msg '{"type":1,"target":"Room","arguments":["r%r","@T@@P@"]}\x1e' ;;
  esac
}

wsload_arguments() { # contender workload [rate]: one word a line
  local audience=everyone
  [[ $2 != 2rooms* ]] || audience=rooms
  shape_of "$2" "${3:-}"
  listener "$1" "$audience"
  message "$1" "$audience"
}
