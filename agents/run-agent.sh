#!/bin/sh
# Run an agent in its pane and write down how it ended.
#
# usage: run-agent.sh EXIT_FILE PROGRAM [ARGUMENT...]
#
# The program has the terminal. Afterwards EXIT_FILE holds {"version":1,"status":N}, where N above
# 128 means signal N - 128, and the pane stays until it is killed: the last output of a program
# that ends together with its pane can be lost (tmux in control mode, pipe-pane).

# A function, so that the whole file is read before the program starts: it may be replaced while
# we wait.
main() {
  exit_file=$1
  shift
  # Caught, not ignored: what is caught here is back at its default in the program. A key that
  # interrupts the program, or a TERM to all of us, must not end us before it. HUP must: it comes
  # to us alone when the terminal goes away, and the kernel hangs up the program when we end.
  # What says that it runs inside a tmux is ours: an agent has no business with that server.
  unset TMUX TMUX_PANE
  ended=
  trap : INT QUIT
  trap 'ended=yes' TERM
  "$@"
  status=$?
  # When it cannot be written (a full disk), our own status tells it to tmux.
  {
    printf '{"version":1,"status":%d}\n' "$status" >"$exit_file.$$.tmp" &&
      mv -f "$exit_file.$$.tmp" "$exit_file"
  } || exit "$status"
  # A sentinel for whoever reads the stream; terminals ignore it.
  printf '\033]7777;tmux-builder;exit;%d\007' "$status"
  [ -z "$ended" ] || exit "$status"
  trap - INT QUIT TERM
  exec sleep 604800
}

main "$@"
