/** A whole page of ours, for what the dashboard does not show. `body` is HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main>${body}</main></body></html>
`;
}

const STYLE = `:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;margin:0 1rem}
main{max-width:60rem;margin:2rem auto}
code,pre{font:13px/1.5 ui-monospace,monospace}
nav a{margin-right:.6rem}
section{border-top:1px solid #8884;padding:.4rem 0}
h3{margin:.3rem 0;font-size:1rem}
table{border-collapse:collapse}
td,th{text-align:left;vertical-align:top;padding:.1rem 1.2rem .1rem 0;font-weight:normal}
p{margin:.3rem 0}`;

/** Text as HTML, also within an attribute in double quotes. */
export function escapeHtml(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
