#!/bin/sh
# Record what a pane prints where there is no Perl: without times, and only its beginning.
#
# usage: record-stream.sh DIRECTORY LIMIT_BYTES [TERMINAL] <OUTPUT

main() {
  umask 077
  # The limit of a file's size stops cat; what comes then is read and dropped, or the agent that
  # prints it would be held up.
  trap '' HUP INT TERM XFSZ
  (ulimit -f $(($2 / 512)) && exec cat >>"$1/stream.log") 2>/dev/null
  exec cat >/dev/null
}

main "$@"
