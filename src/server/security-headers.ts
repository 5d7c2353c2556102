/** Headers of every reply. `host` is the name it was asked by, which has been checked. */
export function securityHeaders(host: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': policyOf(host),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}

function policyOf(host: string): string {
  // Some browsers do not count ws: to 'self'.
  const sockets = /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    // xterm.js writes the sizes of its cells into a style element.
    "style-src 'self' 'unsafe-inline'",
    `connect-src 'self'${sockets}`,
    "img-src 'self' data:",
    // Previews: sites of this machine by HTTP, those of clouds by HTTPS; and reports, from here.
    "frame-src 'self' http://127.0.0.1:* http://localhost:* https:",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
