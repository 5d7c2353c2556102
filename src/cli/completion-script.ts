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
      return `#compdef tmux-builder\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(places)}`;
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

/** Options that take a value, and the values where they are fixed. */
function valuesOf(places: readonly Place[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    places.flatMap(({ options }) =>
      options
        .filter(({ required, optional }) => required || optional)
        .map((option) => [option.long ?? '', option.argChoices ?? []] as const),
    ),
  );
}

function flagsOf({ options }: Place): readonly string[] {
  return [...options.map(({ long, short }) => long ?? short ?? ''), '--help'];
}

function bashScript(places: readonly Place[]): string {
  const values = [...valuesOf(places)];
  const paths = places.map(({ path }) => path).filter((path) => path !== '');
  const fixed = values
    .filter(([, choices]) => choices.length > 0)
    .map(
      ([flag, choices]) =>
        `    ${flag}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$current")); return ;;`,
    );
  const cases = places.map(
    (place) => `    '${place.path}')
      commands='${place.commands.map(({ name }) => name).join(' ')}'
      flags='${flagsOf(place).join(' ')}' ;;`,
  );
  return `# Completion of tmux-builder for bash; zsh takes it through bashcompinit.
_tmux_builder() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local place='' word commands flags index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ $word == -- ]]; then COMPREPLY=($(compgen -f -- "$current")); return; fi
    case "\${place:+$place }$word" in
      ${paths.map((path) => `'${path}'`).join(' | ')}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$before" in
${fixed.join('\n')}
    ${values.map(([flag]) => flag).join(' | ')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
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
  const lines = places.flatMap((place) => [
    ...place.commands.map(
      ({ name, about }) => `complete -c tmux-builder ${at(place)} -f -a ${name} -d ${quote(about)}`,
    ),
    ...place.options.map((option) => {
      const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`;
      const value = option.required || option.optional ? ' -r' : '';
      const choices =
        option.argChoices === undefined ? '' : ` -f -a ${quote(option.argChoices.join(' '))}`;
      const long = (option.long ?? '').replace(/^--/, '');
      return `complete -c tmux-builder ${at(place)} -l ${long}${short}${value}${choices} -d ${quote(option.description)}`;
    }),
  ]);
  return `# Completion of tmux-builder for fish.
function __tmux_builder_at
  set -l words (commandline -opc)[2..-1]
  set -l commands
  for word in $words
    string match -q -- '-*' $word; or set -a commands $word
  end
  test "$commands" = "$argv"; or string match -q -- "$argv *" "$commands"
end
${lines.join('\n')}
`;
}

function at({ path, commands }: Place): string {
  // A command that has commands of its own offers them only until one is given.
  const test = `__tmux_builder_at ${path}`;
  return commands.length === 0
    ? `-n '${test}'`
    : `-n 'test (count (commandline -opc)) -le ${path.split(' ').filter(Boolean).length + 1}; and ${test}'`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
