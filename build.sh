#!/usr/bin/env bash
# One entry for everything: ./build.sh [build|test|bench|fmt|pack] [arguments]
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 Configuration=Release
# Build servers that outlive the script would keep files open and memory busy.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=${UseSharedCompilation:-true}

solution=GoHub.slnx
tests=(tests/GoHub.Tests tests/GoHub.Generators.Tests tests/GoHub.Transport.Tests tests/GoHub.Samples.Tests tests/GoHub.IntegrationTests tests/GoHub.ClusterTests)
# Those of clients wait more than they work, so they run beside the native build and the first of the others.
client_tests=(tests/GoHub.Client.Tests tests/GoHub.Testing.Tests samples/Testing tests/GoHub.ReconnectTests tests/GoHub.ChatTests)
# What depends on the transport, beside pages and hosting.
wire=(); for suite in Auth Compression Conformance Delivery Drain Hostile Limits Rooms Vectors; do wire+=(--filter-namespace "GoHub.IntegrationTests.$suite"); done
behaviour=(--filter-namespace GoHub.ClusterTests.Behaviour --filter-namespace GoHub.ClusterTests.Vectors)
packages=(src/GoHub.Protocol src/GoHub.Transport src/GoHub src/GoHub.Nats src/GoHub.Redis src/GoHub.Client src/GoHub.Testing)

build() { dotnet build "$solution" -c Release "$@"; }

# What the tests need besides the SDK: a browser for the pages, Node for the JavaScript client, a C compiler and zlib for the native binary, and the servers that join nodes.
install_tools() {
  local missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  command -v npm >/dev/null || missing+=(nodejs npm)
  command -v clang >/dev/null || command -v gcc >/dev/null || missing+=(clang)
  [ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v nats-server >/dev/null || [ -x /usr/sbin/nats-server ] || missing+=(nats-server)
  [ ${#missing[@]} -eq 0 ] && return
  if ! command -v apt-get >/dev/null; then
    echo "The tests need these, which only Debian's apt-get can be asked for here: ${missing[*]}" >&2
    exit 1
  fi
  local root=(); [ "$(id -u)" -eq 0 ] || root=(sudo)
  echo "Installing ${missing[*]}"
  "${root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The standalone server as one native binary; the wire tests run against it as well.
native() {
  dotnet publish src/GoHub.Server -c Release -r "linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" -p:NativeAot=true -o artifacts/native
}

test_project() { dotnet test --project "$1" -c Release --no-build "${@:2}"; }

# Most suites time real processes, and a machine that does something else for seconds fails one of thousands. Up to three tests that fail are tried
# once more, alone; what passes then is named at the end, so that it is looked into. More than three are no accident, and one that fails twice is broken.
run_project() {
  local output names
  output=$(mktemp)
  test_project "$@" 2>&1 | tee "$output" && return
  mapfile -t names < <(sed -n 's/^failed \([^( ]*\).*/\1/p' "$output" | sort -u)
  if [ ${#names[@]} -eq 0 ] || [ ${#names[@]} -gt 3 ]; then return 1; fi
  echo "Once more, alone: ${names[*]}"
  # Marked, since only the first attempts are counted.
  test_project "$1" --filter-method "${names[@]}" 2>&1 | sed 's/^/again: /' || return 1
  echo "$(awk '$1 == "failed:" { sum += $2 } END { print sum }' "$output") ${names[*]}" >>"$unsteady"
}

# The JavaScript client: builds its bundles, holds them to their size, and tests them.
javascript() { npm ci --prefix clients/js --no-audit --no-fund && npm test --prefix clients/js; }

# Says at the end how long it took, so that a slow suite is seen.
timed() {
  local began=$SECONDS status=0
  echo "== $1"
  "${@:2}" 2>&1 | tee -a "$log" || status=1
  echo "== $1: $((SECONDS - began)) s"
  return "$status"
}

# In the words of .NET's test platform and of Node's test runner.
count() { awk -v dotnet="$1" -v node="$2" '$1 == dotnet":" { sum += $2 } ($1 == "#" || $1 == "ℹ") && $2 == node && NF == 3 { sum += $3 } END { print sum + 0 }' "$log"; }

run_client_tests() {
  local failed=0 project
  timed clients/js javascript || failed=1
  for project in "${client_tests[@]}"; do timed "$project" run_project "$project" "$@" || failed=1; done
  return "$failed"
}

run_tests() {
  install_tools
  build
  log=$(mktemp) unsteady=$(mktemp)
  local failed=0 project beside clients
  beside=$(mktemp)
  run_client_tests "$@" >"$beside" 2>&1 & clients=$!
  native
  for project in "${tests[@]}"; do
    # From here on the machine is needed whole.
    if [ "$project" = tests/GoHub.IntegrationTests ]; then
      wait "$clients" || failed=1
      cat "$beside"
    fi
    # The attacks on the engine take the whole machine, so they come alone.
    local apart=(); [ "$project" != tests/GoHub.IntegrationTests ] || apart=(--filter-not-namespace GoHub.IntegrationTests.Engine)
    timed "$project" run_project "$project" "${apart[@]}" "$@" || failed=1
  done
  timed "Attacks on the engine" run_project tests/GoHub.IntegrationTests --filter-namespace GoHub.IntegrationTests.Engine || failed=1
  GOHUB_SERVER_BINARY="$PWD/artifacts/native/gohub-server" \
    timed "The wire tests again, against the native binary" run_project tests/GoHub.IntegrationTests --filter-not-namespace GoHub.IntegrationTests.Browser --filter-not-namespace GoHub.IntegrationTests.Engine || failed=1
  # On Linux all of the above ran on the epoll transport.
  GOHUB_TEST_TRANSPORT=Sockets timed "The wire tests again, on the stock transport" run_project tests/GoHub.IntegrationTests "${wire[@]}" || failed=1
  GOHUB_TEST_TRANSPORT=Sockets timed "The cluster's behaviour again, on the stock transport" run_project tests/GoHub.ClusterTests "${behaviour[@]}" || failed=1
  local passed bad again
  again=$(awk '{ sum += $1 } END { print sum + 0 }' "$unsteady")
  passed=$(($(count succeeded pass) + again)) bad=$(($(count failed fail) - again))
  [ "$again" -eq 0 ] || { echo "Passed only at the second attempt:"; cut -d' ' -f2- "$unsteady"; }
  rm -f "$log" "$beside" "$unsteady"
  # A project that could not run at all counts as one failure.
  [ "$failed" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  echo "$passed passed, $bad failed"
  return "$failed"
}

case "${1:-build}" in
  build) build "${@:2}" ;;
  test) run_tests "${@:2}" ;;
  bench) bench/run.sh "${@:2}" ;;
  fmt) dotnet format "$solution" "${@:2}" ;;
  pack) for project in "${packages[@]}"; do dotnet pack "$project" -c Release -o artifacts/packages "${@:2}"; done ;;
  native) native ;;
  *) echo "usage: ./build.sh [build|test|bench|fmt|pack|native] [arguments]" >&2; exit 2 ;;
esac
