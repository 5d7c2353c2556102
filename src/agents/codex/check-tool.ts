/**
 * The program of the hook that Codex calls before each use of a tool, also inside of its sandbox,
 * where it would ask nobody: `node check-tool.ts POLICY_FILE`, with the hook's payload on stdin.
 * Prints the refusal, or `ask`, or `{}` when rules that deny or ask have nothing against it. It
 * needs no running worker.
 */
import { readFileSync } from 'node:fs';
import { parseJson } from '../claude/json.ts';
import { decideStrict, parsePolicy } from '../policy.ts';
import { verdict } from './questions.ts';
import { readToolUse } from './tool-use.ts';

const [, , policyPath = ''] = process.argv;
const policy = parsePolicy(readFileSync(policyPath, 'utf8'));
const tool = readToolUse(parseJson(readFileSync(0, 'utf8')));
const decision = decideStrict(policy, tool);
process.stdout.write(decision === 'ask' ? decision : verdict(decision));
