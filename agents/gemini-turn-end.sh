#!/bin/sh
# Hand the payload of Gemini CLI's AfterAgent hook on, with what it does not say: how the turn ended.
#
# usage: gemini-turn-end.sh HOOK [ARGUMENT...] <PAYLOAD
#
# The hook is called after an error or an interruption as after an answer. Either is the newest
# record of the conversation then, but for a few; it becomes the payload's field "record".

main() {
  payload=$(cat)
  transcript=${payload#*'"transcript_path":"'}
  transcript=${transcript%%'"'*}
  record=$(tail -n 4 "$transcript" 2>/dev/null |
    grep -e '"type":"error"' -e '"content":"Request cancelled."' | tail -n 1)
  [ -z "$record" ] || payload="${payload%?},\"record\":$record}"
  printf '%s' "$payload" | "$@"
}

main "$@"
