# The programs under comparison: how each is built and started; sourced by run.sh and cluster.sh.
# A contender's name says what it is: gohub-sockets-aot is GoHub on the stock transport, compiled to native code.
# shellcheck shell=bash disable=SC2034,SC2154

app_of() { echo "${1%%-*}"; }
is() { [[ -$1- == *-$2-* ]]; } # contender word
transport_of() { if is "$1" sockets; then echo sockets; else echo epoll; fi; }
secret=only-for-benchmarks-0123456789abcdef # signs the tokens of authenticated connections

program_of() { # contender: what is built for it; contenders may share one
  if is "$1" aot; then echo "$(app_of "$1")-aot"; else app_of "$1"; fi
}
build_program() {
  case $1 in
    gohub) build_project bench/GoHubServer ;;
    gohub-aot) publish_native bench/GoHubServer ;;
    signalr) build_project bench/SignalRServer ;;
    aspnet) build_project bench/AspNetServer ;;
    ws) install_packages bench/WsServer ;;
  esac # what is in C, make has built
}

server_command() { # contender port: one word a line
  case $(program_of "$1") in
    gohub) printf '%s\n' dotnet bench/GoHubServer/bin/Release/net10.0/bench-gohub.dll "$2" "--GoHub:Transport=$(transport_of "$1")" ;;
    gohub-aot) printf '%s\n' bench/GoHubServer/bin/native/bench-gohub "$2" "--GoHub:Transport=$(transport_of "$1")" ;;
    signalr) printf '%s\n' dotnet bench/SignalRServer/bin/Release/net10.0/bench-signalr.dll "$2" ;;
    aspnet) printf '%s\n' dotnet bench/AspNetServer/bin/Release/net10.0/bench-aspnet.dll "$2" ;;
    ws) printf '%s\n' node bench/WsServer/server.js "$2" ;;
    limit) printf '%s\n' bench/load/limit "$2" ;;
    coalesce) printf '%s\n' bench/load/limit "$2" coalesce ;;
  esac
}
auth_settings() { # contender: one word a line; those that know tokens then check them
  case $(app_of "$1") in
    gohub) printf '%s\n' "--GoHub:Auth:Jwt:SecretKey=$secret" ;;
    signalr) printf '%s\n' "--jwt=$secret" ;;
  esac
}

# --- building ------------------------------------------------------------------------------------
quietly() { # what command...: its output only if it fails
  local what=$1 log
  shift
  log=$("$@" 2>&1) || { echo "$log" >&2; die "$what failed"; }
}
build_project() { quietly "building $1" dotnet build -c Release --nologo -v quiet --disable-build-servers "$1"; }
publish_native() {
  command -v clang >/dev/null || command -v gcc >/dev/null || die "NativeAOT needs clang or gcc"
  quietly "publishing $1" dotnet publish -c Release --nologo -v quiet --disable-build-servers -p:NativeAot=true \
    -r "linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" -o "$1/bin/native" "$1"
}
install_packages() {
  need node npm
  [[ -d $1/node_modules ]] || quietly "npm ci in $1" npm ci --prefix "$1" --no-audit --no-fund
}
build_programs() { # contenders
  local programs program
  mapfile -t programs < <(for program in "$@"; do program_of "$program"; done | sort -u)
  for program in "${programs[@]}"; do build_program "$program"; done
}
