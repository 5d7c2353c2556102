import type { Agent } from '../agents/index.ts';

/** Lets a worker reach the agent of an attempt that it holds. */
export class Steering {
  #agent: Agent | undefined;

  /** The agent at work; undefined before the prompt was handed over and after its end. */
  get agent(): Agent | undefined {
    return this.#agent;
  }

  /** Make an agent reachable until disposed. */
  attach(agent: Agent): Disposable {
    this.#agent = agent;
    return {
      [Symbol.dispose]: () => {
        this.#agent = undefined;
      },
    };
  }
}
