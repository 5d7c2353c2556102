#!/bin/sh
# Let Codex use a tool only as far as the policy of the running job forbids nothing.
#
# usage: codex-check.sh POLICY_FILE NODE PROGRAM ASK [ARGUMENT...] <PAYLOAD
#
# An empty POLICY_FILE forbids nothing. PROGRAM prints what Codex is to be told of the tool, and
# `ask` to have ASK wait for somebody's answer. Whatever fails forbids the tool: for Codex, a hook
# that says nothing has nothing against it.

main() {
  [ ! -e "$1" ] || [ -s "$1" ] || exit 0
  policy=$1 node=$2 program=$3
  shift 3
  payload=$(cat)
  answer=$(printf '%s' "$payload" | "$node" "$program" "$policy") || refuse
  if [ "$answer" = ask ]; then
    answer=$(printf '%s' "$payload" | "$@") && [ -n "$answer" ] || refuse
  fi
  printf '%s\n' "$answer"
}

refuse() {
  reason='The rules of this job could not be asked about it. Do without it.'
  printf '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny",'
  printf '"permissionDecisionReason":"%s"}}\n' "$reason"
  exit 0
}

main "$@"
