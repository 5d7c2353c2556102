import type { AzureCredential } from './azure-credential.ts';

/** What tests set; everybody else has Azure's own credentials and pace. */
export interface AzureSettings {
  readonly credential?: AzureCredential;
  /** Pause between two looks at what Azure is doing; left out: 3 s. */
  readonly pollMs?: number;
  /** How long a published site may take to answer; left out: 5 to 20 minutes. */
  readonly serveLimitMs?: number;
}
