#!/usr/bin/env bash
# Runs the demo where containers and cautious machines put it. Needs root, Linux and a build; a checkout is used as it is.
# The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
unset DATABASE_URL

# place <name> <shell command>: in mounts of its own, so that nothing is left of them.
place() {
  local log="$work/log"
  if unshare --mount bash -euc "$2" -- "$PWD" >"$log" 2>&1 </dev/null; then
    passed=$((passed + 1))
    echo "ok   $1"
  else
    failed=$((failed + 1))
    echo "FAIL $1"
    tail -n 12 "$log" | sed 's/^/     /'
  fi
}

demo='node examples/storefront/dist/main.js --once --port 0'

place 'a folder that only root may enter, with spaces and umlauts, umask 077' "
  umask 077
  mkdir -p '$work/root only/Käse & Brot' && chmod 700 '$work/root only'
  mount --bind \"\$1\" '$work/root only/Käse & Brot'
  cd '$work/root only/Käse & Brot'
  TASKER_DEMO_DATA='$work/root only/data' $demo"
place 'a checkout that is read-only' "
  mount --bind \"\$1\" \"\$1\" && mount -o remount,ro,bind \"\$1\"
  cd \"\$1\"
  TASKER_DEMO_DATA='$work/data' $demo"
place '/tmp without the right to run programs' "
  mount -t tmpfs -o noexec,mode=1777 none /tmp
  TASKER_DEMO_DATA=/tmp/data $demo"
echo "$passed passed, $failed failed"
((failed == 0))
