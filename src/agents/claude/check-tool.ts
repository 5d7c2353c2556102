/**
 * The program of the hook that Claude Code calls before each use of a tool, also of one for which
 * it would ask nobody: `node check-tool.ts POLICY_FILE`, with the hook's payload on stdin. Prints
 * what rules that deny or ask make of it, and nothing where none fits. It needs no running worker.
 */
import { readFileSync } from 'node:fs';
import { decideStrict, parsePolicy } from '../policy.ts';
import { parseJson } from './json.ts';
import { readToolUse } from './tool-use.ts';

const [, , policyPath = ''] = process.argv;
const policy = parsePolicy(readFileSync(policyPath, 'utf8'));
const tool = readToolUse(parseJson(readFileSync(0, 'utf8')));
// What cannot be read is for a person to judge.
const decision = tool === undefined ? 'ask' : decideStrict(policy, tool);
if (decision !== 'allow') {
  const reason = 'A rule of this job forbids it. Do without it.';
  const output = {
    hookEventName: 'PreToolUse',
    permissionDecision: decision,
    ...(decision === 'deny' && { permissionDecisionReason: reason }),
  };
  process.stdout.write(`${JSON.stringify({ hookSpecificOutput: output })}\n`);
}
