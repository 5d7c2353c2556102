import type { LaunchOptions } from 'playwright-core';

/** How the browser of a check is started: it talks to the site and to nobody else by itself. */
export function launchOptions(browser: string): LaunchOptions {
  return {
    executablePath: browser,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-domain-reliability',
      '--disable-sync',
      '--mute-audio',
      // Containers often have a /dev/shm of 64 MB, and pages then crash.
      '--disable-dev-shm-usage',
    ],
    chromiumSandbox: hasSandbox(),
    timeout: 60_000,
  };
}

/** Chromium refuses its sandbox to root, and does not start. */
export function hasSandbox(): boolean {
  return process.getuid?.() !== 0;
}
