/**
 * The program that our plugin calls before each use of a tool, also of one for which opencode would
 * ask nobody: `node check-tool.ts POLICY_FILE`, with the tool on stdin. Prints what rules that deny
 * or ask make of it: `allow`, `deny` or `ask`. It needs no running worker.
 */
import { readFileSync } from 'node:fs';
import { parseJson } from '../claude/json.ts';
import { decideStrict, parsePolicy } from '../policy.ts';
import { readToolUse } from './tool-use.ts';

const [, , policyPath = ''] = process.argv;
const policy = parsePolicy(readFileSync(policyPath, 'utf8'));
const tool = readToolUse(parseJson(readFileSync(0, 'utf8')));
process.stdout.write(decideStrict(policy, tool));
