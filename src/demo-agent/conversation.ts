import { appendFileSync, readFileSync } from 'node:fs';

/**
 * What was said to a demo agent, one line of JSON a message, so that a later one goes on with it.
 * It remembers how many prompts there were and no more: it is no model.
 */
export class Conversation {
  readonly path: string;
  #prompts: number;

  private constructor(path: string, prompts: number) {
    this.path = path;
    this.#prompts = prompts;
  }

  /** @throws a system error when the file is not there; {SyntaxError} when it is damaged. */
  static open(path: string): Conversation {
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    const said: readonly { readonly role: string }[] = lines.map((line) => JSON.parse(line));
    return new Conversation(path, said.filter(({ role }) => role === 'user').length);
  }

  /** How many prompts there were, in all agents that held this conversation. */
  get prompts(): number {
    return this.#prompts;
  }

  add(role: 'user' | 'agent', text: string): void {
    if (role === 'user') this.#prompts += 1;
    appendFileSync(this.path, `${JSON.stringify({ role, text })}\n`);
  }
}
