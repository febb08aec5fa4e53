#!/usr/bin/env bash
# One person at a screen of its own: opens the app, signs up by mouse and keyboard, and looks at what is there.
#   session.sh BUNDLE PICTURES NAME EMAIL PASSWORD
set -euo pipefail
bundle=$1 pictures=$2 name=$3 email=$4 password=$5
home=$(mktemp -d)
export LIBGL_ALWAYS_SOFTWARE=1 GDK_BACKEND=x11 NO_AT_BRIDGE=1 GSETTINGS_BACKEND=memory
export HOME=$home XDG_STATE_HOME=$home/state XDG_RUNTIME_DIR=$home
app=

Xvfb -displayfd 3 -screen 0 1280x900x24 -nolisten tcp 3>"$home/display" 2>"$home/xvfb.log" &
screen=$!
trap 'kill $app $screen 2>/dev/null || true; rm -rf "$home"' EXIT
for _ in $(seq 100); do
  [ -s "$home/display" ] && break
  sleep 0.1
done
DISPLAY=:$(cat "$home/display")
export DISPLAY

# open WIDTH HEIGHT: starts the app and waits for its window and its first picture.
open() {
  "$bundle/storefront" "$@" >>"$pictures/app.log" 2>&1 &
  app=$!
  local window
  window=$(timeout 60 xdotool search --sync --onlyvisible --name 'Gale & Kettle' | head -n 1)
  xdotool windowmove "$window" 0 0 windowfocus "$window"
  for _ in $(seq 60); do
    sleep 0.5
    [ "$(import -window root png:- | identify -format %k png:-)" -gt 20 ] && return
  done
  echo "The window stays empty." >&2
  exit 1
}

close() {
  kill "$app"
  wait "$app" 2>/dev/null || true
}

picture() { sleep "${2:-1}" && import -window root "$pictures/$1.png"; }
click() { xdotool mousemove "$1" "$2" click 1; }
press() { xdotool key --delay 120 "$@"; }
# Text comes to the app by another way than keys do: on a busy machine a Tab would overtake its last letters.
fill() { xdotool type --delay 60 "$1" && sleep 3; }

open 1280 900
picture app-home
# The last link of the header is "Sign up".
click 1218 32
picture app-sign-up-empty 2
# By keyboard from here: the fields come after the links of the header and the one above the form.
press Tab Tab Tab Tab Tab Tab
fill "$name"
press Tab
fill "$email"
press Tab
fill "$password"
picture app-sign-up
press Return
picture app-account 4
close

# Started again, on a phone's size: still signed in, because the session was kept in a file.
open 390 844
picture app-home-again 3
find "$home/state" -type f -printf '%m %f\n'
close
