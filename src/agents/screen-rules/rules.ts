import type { ComposerRule, DialogRule, FailureRule, ListRule, ScreenRulesFile } from './schema.ts';

/** The rules of all versions of one CLI, those of the newest first. */
export interface ScreenRules {
  readonly composers: readonly ComposerRule[];
  readonly busy: ScreenRulesFile['busy'];
  /** Each with the list that its own version draws, or the last one before it. */
  readonly dialogs: readonly (readonly [DialogRule, ListRule])[];
  readonly deadEnds: readonly RegExp[];
  readonly failures: readonly FailureRule[];
}

const noList: ListRule = { keys: 'arrows' };

/** Join the rules of the versions of one CLI, given from the oldest to the newest. */
export function joinRules(files: readonly ScreenRulesFile[]): ScreenRules {
  const newest = files.toReversed();
  const listOf = (version: number): ListRule =>
    newest.slice(version).find(({ list }) => list !== undefined)?.list ?? noList;
  return {
    composers: newest.flatMap(({ composer }) => composer ?? []),
    busy: newest.flatMap(({ busy }) => busy),
    dialogs: newest.flatMap(({ dialogs }, version) =>
      dialogs.map((dialog) => [dialog, listOf(version)] as const),
    ),
    deadEnds: newest.flatMap(({ deadEnds }) => deadEnds),
    failures: newest.flatMap(({ failures }) => failures),
  };
}
