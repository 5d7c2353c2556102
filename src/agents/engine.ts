/** What starts and drives agents; with the adapters two thirds of the program's code. */
export { loadAdapterFiles } from './adapter-file/load-adapter-files.ts';
export { claudeAdapter } from './claude/claude-adapter.ts';
export { codexAdapter } from './codex/codex-adapter.ts';
export { commandAdapter } from './command/command-adapter.ts';
export { demoAdapter } from './demo/demo-adapter.ts';
export { geminiAdapter } from './gemini/gemini-adapter.ts';
export { type AgentsOptions, openAgents } from './open-agents.ts';
export { opencodeAdapter } from './opencode/opencode-adapter.ts';
export { loadPrices } from './prices.ts';
