import type { Decision, PermissionRule } from '../agents/index.ts';
import type { Config } from '../config/index.ts';

/** A rule as people write it: `Bash(npm test*)`. */
export interface RuleInput {
  readonly decision: Decision;
  readonly rule: string;
}

/**
 * Read the rules of the configuration, and those given beside them. All of them count together:
 * what the configuration denies no job can allow itself.
 *
 * @throws {CodedError} `agent.bad-rule`.
 */
export async function permissionRules(
  { permissionRules: configured }: Pick<Config, 'permissionRules'>,
  given: readonly RuleInput[] = [],
): Promise<readonly PermissionRule[]> {
  const all = [...configured.map(splitRule), ...given];
  if (all.length === 0) return [];
  // Loaded only where it is needed: most jobs have no rules.
  const { parseRule } = await import('../agents/index.ts');
  return all.map(({ decision, rule }) => parseRule(decision, rule));
}

/** `deny Bash(rm *)`, as the configuration has it. */
function splitRule(text: string): RuleInput {
  const [word = '', ...rest] = text.split(' ');
  const decision = word === 'allow' || word === 'deny' ? word : 'ask';
  return { decision, rule: rest.join(' ') };
}
