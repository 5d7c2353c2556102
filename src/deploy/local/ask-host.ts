import type { z } from 'zod';
import { hasCode } from '../../base/index.ts';
import type { OnDeployEvent } from '../deployer.ts';
import type { DeploySettings } from '../settings.ts';
import type { Control } from './control.ts';
import { startSiteHost } from './ensure-site-host.ts';
import { callHost } from './host-client.ts';
import { controlSocket } from './host-settings.ts';

export type AskHost = <T extends z.ZodType>(
  control: Control,
  schema: T,
  onEvent: OnDeployEvent,
  signal: AbortSignal,
) => Promise<z.output<T>>;

/** A host that is killed while it is asked is started and asked again, so many times. */
const TRIES = 3;

/** Ask the site host, which is started where none runs. All that it is asked may be repeated. */
export function makeAskHost(settings: DeploySettings): AskHost {
  return async (control, schema, onEvent, signal) => {
    for (let tries = 1; ; tries += 1) {
      await startSiteHost(settings, signal);
      try {
        return schema.parse(await callHost(controlSocket(settings), control, onEvent, signal));
      } catch (error) {
        if (!hasCode(error, 'deploy.host-gone') || tries >= TRIES) throw error;
      }
    }
  };
}
