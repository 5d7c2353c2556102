import type { Command, Option } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export function isShell(text: string): text is Shell {
  return shells.some((shell) => shell === text);
}

/** One place on the command line: the words of a command and what may follow them. */
interface Place {
  /** `job add`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly Option[];
}

/**
 * Write a completion script out of the tree of commands: commands, options, the fixed values of
 * options, and file names where an option or an argument may be one.
 *
 * It is static. A script that asks the program at each Tab would evaluate what the person has
 * typed so far (prompts with `$(...)` in them) and wait for Node to start.
 */
export function completionScript(program: Command, shell: Shell): string {
  const places = placesOf(program, '', []);
  switch (shell) {
    case 'bash':
      return bashScript(places);
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(places)}`;
    case 'fish':
      return fishScript(places);
    default:
      return shell satisfies never;
  }
}

function placesOf(command: Command, path: string, inherited: readonly Option[]): readonly Place[] {
  const commands = command.commands.map((one) => ({ name: one.name(), about: one.description() }));
  const own = [...command.options.filter(({ hidden }) => !hidden), ...inherited];
  const global = path === '' ? own : inherited;
  return [
    { path, commands, options: own },
    ...command.commands.flatMap((one) =>
      placesOf(one, path === '' ? one.name() : `${path} ${one.name()}`, global),
    ),
  ];
}

/** Flags that take a value. */
function valueFlagsOf(places: readonly Place[]): readonly string[] {
  const taking = places.flatMap(({ options }) => options.filter(takesValue));
  return [...new Set(taking.map(({ long }) => long ?? ''))];
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function flagsOf({ options }: Place): readonly string[] {
  return [...options.map(({ long, short }) => long ?? short ?? ''), '--help'];
}

function bashScript(places: readonly Place[]): string {
  const paths = places.map(({ path }) => path).filter((path) => path !== '');
  const fixed = places.flatMap(({ path, options }) =>
    options.flatMap(({ long, argChoices }) => {
      if (argChoices === undefined) return [];
      const words = `compgen -W '${argChoices.join(' ')}' -- "$current"`;
      return [`    '${path} ${long}') COMPREPLY=($(${words})); return ;;`];
    }),
  );
  const cases = places.map(
    (place) => `    '${place.path}')
      commands='${place.commands.map(({ name }) => name).join(' ')}'
      flags='${flagsOf(place).join(' ')}' ;;`,
  );
  return `# Completion of tmux-builder for bash; zsh takes it through bashcompinit.
_tmux_builder() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local place='' skip='' word commands flags index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ -n $skip ]]; then skip=''; continue; fi
    if [[ $word == -- ]]; then COMPREPLY=($(compgen -f -- "$current")); return; fi
    case "$word" in ${valueFlagsOf(places).join(' | ')}) skip=1; continue ;; esac
    case "\${place:+$place }$word" in
      ${paths.map((path) => `'${path}'`).join(' | ')}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place $before" in
${fixed.join('\n')}
  esac
  case "$before" in
    ${valueFlagsOf(places).join(' | ')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "$place" in
${cases.join('\n')}
  esac
  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$current"))
  elif [[ -n $commands ]]; then COMPREPLY=($(compgen -W "$commands" -- "$current"))
  else COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _tmux_builder tmux-builder
`;
}

function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, commands, options }) => [
    ...commands.map(
      ({ name, about }) =>
        `complete -c tmux-builder -n '__tmux_builder_at ${path}' -f -a ${name} -d ${quote(about)}`,
    ),
    ...options.map((option) => {
      const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`;
      const value = takesValue(option) ? ' -r' : '';
      const words =
        option.argChoices === undefined ? '' : ` -f -a ${quote(option.argChoices.join(' '))}`;
      const long = (option.long ?? '').replace(/^--/, '');
      const flags = `-l ${long}${short}${value}${words} -d ${quote(option.description)}`;
      return `complete -c tmux-builder -n '__tmux_builder_in ${path}' ${flags}`;
    }),
  ]);
  return `# Completion of tmux-builder for fish.
function __tmux_builder_path
  set -l skip no
  for word in (commandline -opc)[2..-1]
    if test $skip = yes
      set skip no
      continue
    end
    switch $word
      case ${valueFlagsOf(places).join(' ')}
        set skip yes
      case '-*'
      case '*'
        echo -- $word
    end
  end
end
function __tmux_builder_at
  set -l path (__tmux_builder_path)
  test "$path" = "$argv"
end
function __tmux_builder_in
  set -l path (__tmux_builder_path)
  test "$path" = "$argv"; or string match -q -- "$argv *" "$path"
end
${lines.join('\n')}
`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
