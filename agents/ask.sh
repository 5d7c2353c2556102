#!/bin/sh
# Keep one event of an agent's hook as hook.sh does, then wait for the answer and print it.
#
# usage: ask.sh EVENT <PAYLOAD
#
# The answer is one line that somebody writes into the FIFO $TMUX_BUILDER_REPLIES/<name>.fifo, where
# <name>.json is the event's file. "@" says that it is in <name>.answer, being too long for a FIFO; an
# empty line is no answer. The FIFO is there before the event.
# The question is open exactly while the FIFO has a reader: whoever kills us closes it, however.

main() {
  # Into it, for good: the directory may be a link that is turned to another one meanwhile.
  cd -P "${TMUX_BUILDER_EVENTS:?}" || exit 1
  now=$(date +%s%N)
  case $now in
  *[!0-9]*) now=$(date +%s)000000000 ;; # a date(1) without nanoseconds
  esac
  name=$now-$$-$1
  place=${TMUX_BUILDER_REPLIES:?}/$name
  trap 'rm -f "$place.fifo" "$place.answer"' EXIT
  trap 'exit 143' HUP INT TERM
  mkfifo -m 600 "$place.fifo" || exit 1
  # To read and to write: so it opens without a writer, and no writer's end is the end.
  exec 3<>"$place.fifo" || exit 1
  # The rest is read too, or the program that writes it would be ended by SIGPIPE.
  { head -c 1048577 && cat >/dev/null; } >".$name.tmp" &&
    mv -f ".$name.tmp" "$name.json" || exit 1
  IFS= read -r answer <&3 || exit 1
  case $answer in
  '') ;;
  @) cat "$place.answer" ;;
  *) printf '%s\n' "$answer" ;;
  esac
}

main "$@"
