import { expect, test } from 'vitest';
import { type Route, routes } from '../contract/index.ts';
import { docsPage } from './docs-page.ts';
import { streamNames } from './handler.ts';
import { openApiDocument } from './openapi.ts';

type Json = Readonly<Record<string, unknown>>;

const document = openApiDocument('1.2.3');
const paths = document['paths'] as Record<string, Record<string, Json>>;
const components = document['components'] as Record<string, Json>;

test.each(Object.entries<Route>(routes))('the document has %s', (name, route) => {
  const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
  const operation = paths[path]?.[route.method.toLowerCase()];

  expect(operation).toMatchObject({ operationId: name, summary: route.summary });
  const responses = operation?.['responses'] as Json;
  expect(Object.keys(responses).toSorted()).toEqual([String(route.status), 'default']);
  const parameters = operation?.['parameters'] as readonly Json[];
  const given = parameters.filter((one) => one['in'] === 'path');
  expect(given.map((one) => `{${String(one['name'])}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
  expect(given.every((one) => one['required'] === true)).toBe(true);
});

test('the document has no other routes, and each operation once', () => {
  const ids = Object.values(paths).flatMap((item) =>
    Object.values(item).map((operation) => operation['operationId']),
  );

  expect(ids).toHaveLength(Object.keys(routes).length);
  expect(new Set(ids)).toEqual(new Set(Object.keys(routes)));
});

test('every reference of the document leads to a component', () => {
  const text = JSON.stringify(document);
  const references = Array.from(text.matchAll(/"\$ref":"([^"]+)"/g), ([, one = '']) => one);
  const names = Object.keys(components['schemas'] ?? {});

  expect(references.length).toBeGreaterThan(50);
  for (const reference of references) {
    expect(names).toContain(reference.replace('#/components/schemas/', ''));
  }
  expect(document['openapi']).toBe('3.1.0');
  expect(Object.keys(components['securitySchemes'] ?? {})).toEqual(['login', 'token']);
});

test('routes of everybody need no login in the document, all others do', () => {
  for (const route of Object.values<Route>(routes)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    const security = paths[path]?.[route.method.toLowerCase()]?.['security'];
    expect(security).toHaveLength(route.access.kind === 'public' ? 0 : 2);
  }
});

test('handlers give streams where the contract says so', () => {
  const streams = Object.entries<Route>(routes).filter(([, { kind }]) =>
    ['stream', 'file'].includes(kind),
  );

  expect(streams.map(([name]) => name).toSorted()).toEqual([...streamNames].toSorted());
});

test('the page for people shows every route and needs no script', () => {
  const html = docsPage(document);

  for (const name of Object.keys(routes)) expect(html).toContain(`id="${name}"`);
  expect(html).not.toMatch(/<script|\son\w+="|https?:\/\//);
});

test('the page shows texts of the document as text', () => {
  const evil = { ...document, info: { title: '<b>x</b>', version: '1', description: '"&' } };

  expect(docsPage(evil)).toContain('&lt;b&gt;x&lt;/b&gt;');
  expect(docsPage(evil)).toContain('&quot;&amp;');
});
