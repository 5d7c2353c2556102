/** What a site of the demo agent is made from, beside its files; not published. */
export const designFile = '.demo-site.json';

/** A task of the site pipeline, as its prompt's first line names it. */
export interface SiteTask {
  /** `requirements`, `plan`, `code`, `tests`, `fix`. */
  readonly name: string;
  readonly siteType: 'static' | 'dynamic';
  /** What stands in the prompt's fences, by the word after the fence: `plan.json`. */
  readonly given: ReadonlyMap<string, string>;
}

/** Find the task in a prompt; undefined for any other prompt. */
export function parseSiteTask(text: string): SiteTask | undefined {
  const name = /^Task: site\.(?<name>[a-z]+)\n/.exec(text)?.groups?.['name'];
  if (name === undefined) return undefined;
  const siteType = /^This is one part of making a dynamic site\./m.test(text)
    ? 'dynamic'
    : 'static';
  const fences = text.matchAll(
    /^(?<fence>`{3,})text (?<name>[\w.-]+)\n(?<text>.*?)\n?\k<fence>$/gms,
  );
  const given = Array.from(fences, ({ groups }) => {
    return [groups?.['name'] ?? '', groups?.['text'] ?? ''] as const;
  });
  return { name, siteType, given: new Map(given) };
}
