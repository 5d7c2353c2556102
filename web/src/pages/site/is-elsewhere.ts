/**
 * True when an address means the machine of whoever opens it, and the dashboard was opened from
 * another machine than the server's: there nothing, or something else, would answer.
 *
 * @param url of the site. @param dashboardHost `location.hostname`.
 */
export function isElsewhere(url: string, dashboardHost: string): boolean {
  return isLoopback(new URL(url).hostname) && !isLoopback(dashboardHost);
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[?::1\]?)$/.test(host);
}
