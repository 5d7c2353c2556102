#!/bin/sh
# Run Gemini CLI in a home of its own, which shares all but the settings with the person's home.
#
# usage: gemini-home.sh THEIRS PROGRAM [ARGUMENT...]
#
# $GEMINI_CLI_HOME/.gemini holds the files that are ours; whatever else lies in THEIRS/.gemini (the
# login, GEMINI.md, extensions, conversations) is linked into it. What is there already stays.

main() {
  theirs=$1
  shift
  ours=${GEMINI_CLI_HOME:?}
  for path in "$theirs"/.gemini/* "$theirs"/.gemini/.[!.]*; do
    case ${path##*/} in
    # It is replaced at every start, and its lock lies beside it.
    projects.json*) ;;
    *) share "$path" "$ours/.gemini" ;;
    esac
  done
  share "$theirs/.env" "$ours"
  share "$theirs/.agents" "$ours"
  exec "$@"
}

# A pattern that fits nothing stands for itself, and is no file.
share() {
  [ ! -e "$1" ] || [ -e "$2/${1##*/}" ] || ln -s "$1" "$2/"
}

main "$@"
