import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../base/index.ts';
import type { Screen, ScreenReading } from '../adapter.ts';
import { checkYaml } from './check-yaml.ts';
import type { DialogRequest } from './dialog.ts';
import { readScreen } from './read-screen.ts';
import { joinRules, type ScreenRules } from './rules.ts';
import { screenRulesFile } from './schema.ts';

/** Rules of the CLIs that come with the program, beside `src/` and `dist/`. */
const shipped = fileURLToPath(new URL('../../../agents/screens', import.meta.url));

/** List the versions of a CLI whose screens have rules, which are the tested ones; oldest first. */
export function testedVersions(cli: string, directory = shipped): readonly string[] {
  const order = new Intl.Collator('en', { numeric: true });
  return readdirSync(join(directory, cli))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted(order.compare);
}

/**
 * Read the rules of a CLI: one file for each tested version, `<cli>/<version>.yaml`.
 *
 * @throws {AgentFileInvalidError} a file is wrong.
 */
export function loadScreenRules(cli: string, directory = shipped): ScreenRules {
  return joinRules(
    testedVersions(cli, directory).map((version) => {
      const path = join(directory, cli, `${version}.yaml`);
      return checkYaml(path, readFileSync(path, 'utf8'), screenRulesFile);
    }),
  );
}

export type ScreenReader = (screen: Screen, request: DialogRequest) => ScreenReading;

/** Make an adapter's `readScreen` of the shipped rules; they are read when it is first called. */
export function screenReader(cli: string, clock: Pick<Clock, 'now'>): ScreenReader {
  let rules: ScreenRules | undefined;
  return (screen, request) => {
    rules ??= loadScreenRules(cli);
    return readScreen(rules, screen, request, clock.now());
  };
}
