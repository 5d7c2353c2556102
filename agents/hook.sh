#!/bin/sh
# Keep one event of an agent's hook as a file, so that it is not lost while tmux-builder is down.
#
# usage: hook.sh EVENT [REPLY] <PAYLOAD
#
# Writes $TMUX_BUILDER_EVENTS/<19 digits of nanoseconds>-<pid>-EVENT.json by rename, so that hooks
# that run side by side never mix, then prints REPLY. Of a payload above 1 MiB only one byte more
# than that is kept: whoever reads the file sees by its size that it is cut off.

main() {
  # Into it, for good: the directory may be a link that is turned to another one meanwhile.
  cd -P "${TMUX_BUILDER_EVENTS:?}" || exit 1
  now=$(date +%s%N)
  case $now in
  *[!0-9]*) now=$(date +%s)000000000 ;; # a date(1) without nanoseconds
  esac
  name=$now-$$-$1.json
  # The rest is read too, or the program that writes it would be ended by SIGPIPE.
  { head -c 1048577 && cat >/dev/null; } >".$name.tmp" &&
    mv -f ".$name.tmp" "$name" || exit 1
  [ $# -lt 2 ] || printf '%s\n' "$2"
}

main "$@"
