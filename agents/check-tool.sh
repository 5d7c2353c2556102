#!/bin/sh
# Let a tool be used only as far as the policy of the running job forbids nothing.
#
# usage: check-tool.sh POLICY_FILE NODE PROGRAM <PAYLOAD
#
# An empty POLICY_FILE forbids nothing. Whatever fails forbids the tool: status 2 says so to the CLI.

main() {
  [ -e "$1" ] || exit 2
  [ -s "$1" ] || exit 0
  "$2" "$3" "$1" || exit 2
}

main "$@"
