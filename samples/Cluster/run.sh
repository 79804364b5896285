#!/usr/bin/env bash
# Three nodes of the standalone server on http://localhost:8081 to 8083 and a bus of their own: samples/Cluster/run.sh [nats|redis]
# Ctrl+C ends all of it.
set -euo pipefail
cd "$(dirname "$0")/../.."

bus=${1:-nats}
case "$bus" in
  nats) program=nats-server package=nats-server ;;
  redis) program=redis-server package=redis-server ;;
  *) echo "usage: samples/Cluster/run.sh [nats|redis]" >&2; exit 2 ;;
esac
# Debian puts servers where a user's PATH does not look.
PATH=$PATH:/usr/sbin:/usr/local/sbin
if ! command -v "$program" >/dev/null; then
  echo "$program is not installed. On Debian and Ubuntu: sudo apt-get install $package" >&2
  exit 1
fi

folder=$(mktemp -d)
pids=()
ended=0
end() {
  # A second Ctrl+C must not keep the rest from being ended.
  trap '' INT TERM
  [ "$ended" -eq 0 ] || return 0
  ended=1
  # The nodes first: they say goodbye by the bus.
  local pid
  for pid in "${pids[@]:1}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]:1}"; do wait "$pid" 2>/dev/null || true; done
  [ ${#pids[@]} -eq 0 ] || { kill "${pids[0]}" 2>/dev/null || true; wait "${pids[0]}" 2>/dev/null || true; }
  rm -rf "$folder"
}
trap end EXIT
trap 'exit 0' INT TERM

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

wait_for() { # PORT WHAT
  for _ in $(seq 300); do
    if listens "$1"; then return; fi
    sleep 0.1
  done
  echo "$2 does not answer; its output is in $folder" >&2
  trap - EXIT
  ended=1
  kill "${pids[@]}" 2>/dev/null || true
  exit 1
}

for port in 8081 8082 8083; do
  if listens "$port"; then echo "Port $port is taken. End what listens there." >&2; exit 1; fi
done
bus_port=$((20000 + RANDOM % 12000))
while listens "$bus_port"; do bus_port=$((bus_port + 1)); done

echo "Building ..."
dotnet build src/GoHub.Server -c Release >"$folder/build.log" 2>&1 || { cat "$folder/build.log" >&2; exit 1; }

if [ "$bus" = nats ]; then
  "$program" -a 127.0.0.1 -p "$bus_port" -js -sd "$folder/jetstream" >"$folder/bus.log" 2>&1 &
  address=--GoHub:Cluster:Nats:Urls:0=nats://127.0.0.1:$bus_port
else
  "$program" --bind 127.0.0.1 --port "$bus_port" --save "" --dir "$folder" >"$folder/bus.log" 2>&1 &
  address=--GoHub:Cluster:Redis:Configuration=127.0.0.1:$bus_port
fi
pids+=($!)
wait_for "$bus_port" "$program"

for number in 1 2 3; do
  dotnet src/GoHub.Server/bin/Release/net10.0/gohub-server.dll --urls "http://localhost:808$number" \
    "--GoHub:Cluster:Bus=$bus" "$address" "--GoHub:Cluster:NodeName=node-$number" >"$folder/node-$number.log" 2>&1 &
  pids+=($!)
done
for number in 1 2 3; do wait_for "808$number" "node-$number"; done

cat <<TEXT
A cluster of three nodes on $bus (127.0.0.1:$bus_port). Open each in a tab of its own and chat:
  http://localhost:8081
  http://localhost:8082
  http://localhost:8083
Logs: $folder. Stop one node to see it go: kill ${pids[1]}, ${pids[2]} or ${pids[3]}; kill ${pids[0]} takes the bus away.
Ctrl+C ends all.
TEXT

# Until all nodes have ended, one by one, or Ctrl+C.
for pid in "${pids[@]:1}"; do wait "$pid" || true; done
