/** `server.js` of every dynamic demo site: what differs between sites lies in its public files. */
export const serverProgram = String.raw`'use strict';
// Made by the built-in demo agent of tmux-builder, without a model. Node's own modules only.
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const publicDir = path.join(__dirname, 'public');
const dataDir = process.env.DATA_DIR || path.join(__dirname, 'data');
const MOST_ENTRIES = 500;
const LARGEST_BODY = 16 * 1024;
const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
};

fs.mkdirSync(dataDir, { recursive: true });

/**
 * A list of objects in a file, the newest last; more than 500 push the oldest out. It is read each
 * time: while a release takes over from another, two programs use the file.
 */
function openList(name) {
  const file = path.join(dataDir, name);
  function all() {
    try {
      return JSON.parse(fs.readFileSync(file, 'utf8'));
    } catch (error) {
      if (error.code === 'ENOENT') return [];
      throw error;
    }
  }
  function add(entry) {
    const entries = [...all(), entry].slice(-MOST_ENTRIES);
    const partial = file + '.' + process.pid + '.tmp';
    fs.writeFileSync(partial, JSON.stringify(entries));
    fs.renameSync(partial, file);
  }
  return { all, add };
}

const guestbook = openList('guestbook.json');
const messages = openList('messages.json');

function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (one) => '&#' + one.charCodeAt(0) + ';');
}

function send(response, status, type, body, headers = {}) {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function sendJson(response, status, value) {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(value));
}

function sendProblem(response, status, text, wantsJson) {
  if (wantsJson) return sendJson(response, status, { error: text });
  const page =
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>' + escapeHtml(text) +
    '</title><main><h1>' + escapeHtml(text) + '</h1><p><a href="/">Go to the first page</a></p></main></html>';
  return send(response, status, types['.html'], page);
}

function entriesHtml() {
  const items = guestbook.all().toReversed().map(
    ({ name, message }) => '<li><strong>' + escapeHtml(name) + '</strong>: ' + escapeHtml(message) + '</li>',
  );
  return items.length === 0 ? '<p>Nobody yet.</p>' : '<ul>' + items.join('\n') + '</ul>';
}

/** A file below the public folder; undefined when there is none. */
function findFile(pathname) {
  const name = pathname.endsWith('/') ? pathname + 'index.html' : pathname;
  for (const one of [name, name + '.html']) {
    const file = path.join(publicDir, one);
    if (!file.startsWith(publicDir + path.sep) || !types[path.extname(file)]) continue;
    if (fs.existsSync(file) && fs.statSync(file).isFile()) return file;
  }
  return undefined;
}

function sendPage(response, url) {
  const found = findFile(url.pathname);
  const file = found || path.join(publicDir, '404.html');
  const type = types[path.extname(file)];
  if (path.extname(file) !== '.html') return send(response, 200, type, fs.readFileSync(file));
  const status = url.searchParams.has('sent') ? '<p role="status">Thank you. Your message is kept.</p>' : '';
  const page = fs
    .readFileSync(file, 'utf8')
    .replace('<!-- entries -->', () => entriesHtml())
    .replace('<!-- status -->', () => status);
  return send(response, found ? 200 : 404, type, page);
}

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function fieldsOf(request, body) {
  const isJson = (request.headers['content-type'] || '').startsWith('application/json');
  try {
    return isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
  } catch {
    return undefined;
  }
}

function textOf(value, most) {
  const text = typeof value === 'string' ? value.trim() : '';
  return text.length > 0 && text.length <= most ? text : undefined;
}

const forms = {
  '/guestbook': { list: guestbook, needs: [], then: '/guestbook' },
  '/api/entries': { list: guestbook, needs: [], then: undefined },
  '/contact': { list: messages, needs: ['email'], then: '/contact?sent=1' },
};

async function take(request, response, form) {
  const wantsJson = form.then === undefined;
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    return sendProblem(response, 413, 'That is too long', wantsJson);
  }
  const fields = fieldsOf(request, body) || {};
  const entry = { name: textOf(fields.name, 80), message: textOf(fields.message, 1000) };
  for (const need of form.needs) entry[need] = textOf(fields[need], 200);
  if (Object.values(entry).includes(undefined)) {
    return sendProblem(response, 400, 'Please fill in every field', wantsJson);
  }
  form.list.add(entry);
  if (wantsJson) return sendJson(response, 201, entry);
  return send(response, 303, 'text/plain; charset=utf-8', '', { location: form.then });
}

async function answer(request, response) {
  const url = new URL(request.url, 'http://site.invalid');
  if (url.pathname === '/health') return sendJson(response, 200, { status: 'ok' });
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead && url.pathname === '/api/entries') return sendJson(response, 200, guestbook.all());
  if (isRead) return sendPage(response, url);
  const form = Object.hasOwn(forms, url.pathname) ? forms[url.pathname] : undefined;
  if (request.method === 'POST' && form) return await take(request, response, form);
  return sendProblem(response, 405, 'That cannot be done here', url.pathname.startsWith('/api/'));
}

const server = http.createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error.stack);
    if (response.headersSent) response.destroy();
    else sendProblem(response, error.code === 'ERR_INVALID_URL' ? 400 : 500, 'Something went wrong', false);
  });
});
server.listen(Number(process.env.PORT || 8080), process.env.HOST || '127.0.0.1', () => {
  console.log('ready on port ' + server.address().port);
});
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;
