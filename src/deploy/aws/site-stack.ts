import { CodedError } from '../../base/index.ts';
import type { DeploymentPlan, OnDeployEvent } from '../deployer.ts';
import type { Aws } from './aws.ts';
import { describe } from './aws-error.ts';
import { emptyBucket } from './bucket.ts';
import { bucketOf } from './plan-aws.ts';
import { stackEvents, stackFailure, tellEvent } from './stack-events.ts';
import { findStack, isGood, isMoving, isOurs, type StackView } from './stack-view.ts';
import { tagList, type Template } from './template.ts';

/** CloudFormation allows more; ours take minutes, but a distribution may take long to go. */
const LIMIT_MS = 60 * 60_000;
const POLL_MS = 5_000;
const ROUNDS = 6;

export interface StackWish {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The stack of one site: found, made, changed and removed, whatever an earlier run left of it.
 *
 * What fails is put back by CloudFormation itself: a stack that cannot be made is removed, one that
 * cannot be changed is as it was before.
 */
export class SiteStack {
  readonly #aws: Aws;
  readonly #plan: DeploymentPlan;
  readonly #onEvent: OnDeployEvent;
  readonly #signal: AbortSignal;

  constructor(aws: Aws, plan: DeploymentPlan, onEvent: OnDeployEvent, signal: AbortSignal) {
    this.#aws = aws;
    this.#plan = plan;
    this.#onEvent = onEvent;
    this.#signal = signal;
  }

  /**
   * Resolve with the stack once it can be changed, or with undefined when there is none: what is
   * under way is waited for, what never came to be is removed.
   *
   * @throws {CodedError} `deploy.name-taken`, `deploy.half-made`.
   */
  async ready(): Promise<StackView | undefined> {
    let last: StackView | undefined;
    for (let round = 0; round < ROUNDS; round += 1) {
      const view = await this.#find();
      if (view === undefined || isGood(view)) return view;
      last = view;
      if (isMoving(view)) {
        this.#tell('stack.waiting', `An earlier run left the stack in ${view.status}; waiting`);
        await this.#settled(view);
      } else if (view.status === 'UPDATE_ROLLBACK_FAILED') await this.#finishRollback(view);
      else if (neverLive.has(view.status)) {
        this.#tell('stack.recovering', `Removing what is left of a stack in ${view.status}`);
        await this.#delete(view);
      } else break;
    }
    throw this.#halfMade(last);
  }

  /** @throws {CodedError} why it could not be made; then nothing of it is left. */
  async create(wish: StackWish): Promise<StackView> {
    const { stacks, call } = this.#aws;
    this.#tell('stack.creating', `Making the stack ${this.#plan.name}`);
    const asked = { ...this.#body(wish), OnFailure: 'DELETE' as const };
    const { StackId: id = this.#plan.name } = await call(
      'cloudformation:CreateStack',
      async (options) => await stacks.createStack(asked, options),
      this.#signal,
    );
    return await this.#done(id, undefined, 'CREATE_COMPLETE');
  }

  /** Change a stack that is ready. @throws {CodedError} why it could not; it is as it was then. */
  async update(view: StackView, wish: StackWish): Promise<StackView> {
    const { stacks, tryCall } = this.#aws;
    const [newest] = (await stackEvents(this.#aws, view.id, undefined, this.#signal)).slice(-1);
    const asked = this.#body(wish);
    const updated = await tryCall(
      'cloudformation:UpdateStack',
      async (options) => await stacks.updateStack(asked, options),
      (error) => describe(error).message.includes('No updates are to be performed'),
      this.#signal,
    );
    if (updated === undefined) return view;
    this.#tell('stack.updating', `Changing the stack ${view.name}`);
    return await this.#done(view.id, newest?.EventId, 'UPDATE_COMPLETE');
  }

  /** Remove it with what its bucket holds; done also when there is none. */
  async remove(): Promise<void> {
    let last: StackView | undefined;
    for (let round = 0; round < ROUNDS; round += 1) {
      const view = await this.#find();
      if (view === undefined) return;
      last = view;
      // One that cannot be deleted says so twice: what stood in its way may have gone meanwhile.
      if (isMoving(view)) await this.#settled(view);
      else await this.#delete(view);
    }
    throw this.#halfMade(last);
  }

  /** The id that a service gave a resource, by its logical id. */
  async physicalId(view: StackView, resource: string): Promise<string> {
    const { stacks, call } = this.#aws;
    const { StackResourceDetail: found } = await call(
      'cloudformation:DescribeStackResource',
      async (options) =>
        await stacks.describeStackResource(
          { StackName: view.id, LogicalResourceId: resource },
          options,
        ),
      this.#signal,
    );
    return found?.PhysicalResourceId ?? '';
  }

  async #find(): Promise<StackView | undefined> {
    const { name, tags } = this.#plan;
    const view = await findStack(this.#aws, name, this.#signal);
    if (view === undefined || view.status === 'DELETE_COMPLETE') return undefined;
    if (isOurs(view, tags['SessionID'])) return view;
    throw new CodedError('deploy.name-taken', `There is a stack ${name} that is not this site's.`, {
      facts: { stack: name },
      todo: 'Remove the stack in CloudFormation if it is yours, else make the site in a new session',
    });
  }

  async #delete(view: StackView): Promise<void> {
    const { stacks, call } = this.#aws;
    await emptyBucket(this.#aws, bucketOf(this.#plan.name), this.#signal);
    this.#tell('stack.deleting', `Deleting the stack ${view.name}`);
    await call(
      'cloudformation:DeleteStack',
      async (options) => await stacks.deleteStack({ StackName: view.id }, options),
      this.#signal,
    );
    await this.#settled(view);
  }

  async #finishRollback(view: StackView): Promise<void> {
    const { stacks, call } = this.#aws;
    this.#tell('stack.recovering', 'Going on with a roll back that failed');
    await call(
      'cloudformation:ContinueUpdateRollback',
      async (options) => await stacks.continueUpdateRollback({ StackName: view.id }, options),
      this.#signal,
    );
    await this.#settled(view);
  }

  async #done(id: string, after: string | undefined, wanted: string): Promise<StackView> {
    const view = await this.#settled({ id }, after);
    if (view?.status === wanted) return view;
    throw stackFailure(this.#plan.name, await stackEvents(this.#aws, id, after, this.#signal));
  }

  /** Wait until nothing is under way, telling what happens to each resource. */
  async #settled({ id }: Pick<StackView, 'id'>, after?: string): Promise<StackView | undefined> {
    const { clock } = this.#aws;
    const endsAt = clock.monotonic() + LIMIT_MS;
    let seen = after;
    for (;;) {
      const view = await findStack(this.#aws, id, this.#signal);
      if (view !== undefined) {
        const fresh = await stackEvents(this.#aws, id, seen, this.#signal);
        for (const event of fresh) tellEvent(event, this.#onEvent);
        seen = fresh.at(-1)?.EventId ?? seen;
      }
      if (view === undefined || !isMoving(view)) return view;
      if (clock.monotonic() >= endsAt) throw this.#halfMade(view);
      await clock.after(POLL_MS, this.#signal);
    }
  }

  #body({ template, parameters }: StackWish) {
    return {
      StackName: this.#plan.name,
      // The same order when it is sent again because its answer was lost.
      ClientRequestToken: `tmux-builder-${this.#aws.clock.now()}`,
      TemplateBody: JSON.stringify(template),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Tags: [...tagList(this.#plan.tags)],
    };
  }

  #tell(kind: string, text: string): void {
    this.#onEvent({ kind, text });
  }

  #halfMade(view: StackView | undefined): CodedError {
    const { name } = this.#plan;
    const status = view?.status ?? 'unknown';
    const why = view?.reason === undefined ? '' : ` (${view.reason})`;
    return new CodedError('deploy.half-made', `The stack ${name} stays in ${status}${why}.`, {
      facts: { stack: name, status, region: this.#aws.region },
      todo: `Look at the events of the stack ${name} in CloudFormation, remove what stands in its way, then retry`,
    });
  }
}

/** Nothing was ever served by a stack in one of these. */
const neverLive = new Set([
  'REVIEW_IN_PROGRESS',
  'CREATE_FAILED',
  'ROLLBACK_COMPLETE',
  'ROLLBACK_FAILED',
  'DELETE_FAILED',
]);
