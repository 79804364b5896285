# What each workload asks of one server; sourced by run.sh.
# shellcheck shell=bash disable=SC2034,SC2154

all_servers="gohub gohub-aot gohub-sockets gohub-sockets-aot signalr aspnet ws limit coalesce"
all_workloads="echo1 echo200 echo200x16 inline1 inline200 inline200x16 raw1 raw200 raw200x16 fan1k@100 fan1kmax fan1kx16 fan5k@10 fan1kp50 connects http idle15k idle15kroom"
many=15000     # connections of connects and the idle workloads
idle_hold=5    # seconds until a server's memory counts as settled
idle_warm=200  # connections that come and go before, so that compiled code is not taken for theirs

is_server() { [[ " $all_servers " == *" $1 "* ]]; }
is_workload() { [[ " $all_workloads " == *" $1 "* ]]; }
kind_of() { echo "${1%%[0-9]*}"; } # workload
takes_many() { [[ $1 == connects || $1 == idle* ]]; } # workload

takes() { # server workload
  case "$(kind_of "$2") $(app_of "$1")" in
    fan*) ;;
    *' coalesce') false ;;               # does what limit does
    inline*) is "$1" gohub ;;
    'raw signalr') false ;;              # its JSON protocol has no bytes
    http*) is "$1" gohub || [[ $1 == aspnet ]] ;;
    *) [[ $2 != idle15kroom ]] || is "$1" gohub || [[ $1 == signalr ]] ;; # the others have no rooms
  esac
}

shape_of() { # workload: one word a line
  case $1 in
    echo* | inline* | raw*) echo_shape "${1#"$(kind_of "$1")"}" ;;
    fan1k@100) printf '%s\n' fan --conns 1000 --rate 100 --size 128 ;;
    fan1kmax) printf '%s\n' fan --conns 1000 --window 4 --size 128 ;;
    fan1kx16) printf '%s\n' fan --conns 1000 --window 16 --size 128 ;;
    fan5k@10) printf '%s\n' fan --conns 5000 --rate 10 --size 128 ;;
    fan1kp50) printf '%s\n' fan --conns 1000 --publishers 50 --rate 300 --size 128 ;;
    # Several source addresses: one has 28,000 ports at most, and the last run's may not be free yet.
    connects) printf '%s\n' idle --conns "$many" --src-ips 8 ;;
    idle15k) printf '%s\n' idle --conns "$many" --src-ips 8 --rooms 100 ;;
    idle15kroom) printf '%s\n' idle --conns "$many" --src-ips 8 --rooms 1 ;;
  esac
}
echo_shape() { # connections[xwindow]
  local window=1
  [[ $1 != *x* ]] || window=${1#*x}
  printf '%s\n' echo --conns "${1%x*}" --window "$window" --size 64
}

wsload_arguments() { # server workload: one word a line
  local kind
  kind=$(kind_of "$2")
  shape_of "$2"
  case $(app_of "$1") in
    gohub)
      printf '%s\n' --path /ws
      case $kind in
        # Listeners are members of a real room, joined as any client joins.
        fan) gohub_join everyone ;;
        idle) token; gohub_join r%r ;;
      esac
      plain_message "$kind"
      ;;
    signalr)
      printf '%s\n' --path /ws --hello '{"protocol":"json","version":1}\x1e'
      case $kind in
        echo) printf '%s\n' --ready-on '{}' --msg '{"type":1,"target":"Echo","arguments":["@T@@P@"]}\x1e' ;;
        fan) printf '%s\n' --ready-on '{}' --msg '{"type":1,"target":"Broadcast","arguments":["@T@@P@"]}\x1e' ;;
        connects) printf '%s\n' --ready-on '{}' ;;
        idle) token; printf '%s\n' --hello '{"type":1,"target":"Join","arguments":["r%r"]}\x1e' --ready-on Joined ;;
      esac
      ;;
    *)
      case $kind in
        fan | idle) printf '%s\n' --path /fan ;;
        *) printf '%s\n' --path /echo ;;
      esac
      plain_message "$kind"
      ;;
  esac
}

token() { printf '%s\n' --tokens "$out/tokens" --header 'Authorization: Bearer %t'; }
gohub_join() { printf '%s\n' --hello '{"message_type":"join_room","data":{"room_id":"'"$1"'"}}' --ready-on room_joined; }
plain_message() { # kind: GoHub's, and that of the servers to which a message is but bytes
  case $1 in
    echo) printf '%s\n' --msg '{"message_type":"echo","data":"@T@@P@"}' ;;
    inline) printf '%s\n' --msg '{"message_type":"echo_inline","data":"@T@@P@"}' ;;
    raw) printf '%s\n' --binary --msg '@T@@P@' ;;
    fan) printf '%s\n' --msg '{"message_type":"broadcast","data":"@T@@P@"}' ;;
  esac
}
