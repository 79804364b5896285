import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import WebSocket from 'ws';
import * as gohub from '../dist/gohub.js';
import { startServer } from '../fakes/ws-server.js';

const folder = new URL('../examples/', import.meta.url);
const read = name => readFileSync(new URL(name, folder), 'utf8');
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The regions of all examples, by name. */
const regions = new Map(
  readdirSync(folder)
    .flatMap(name => [...read(name).matchAll(/^(?:\/\/|<!--) #region ([\w-]+)(?: -->)?\n(.*?)\n(?:\/\/|<!--) #endregion/gms)])
    .map(([, name, code]) => [name, code]),
);

describe('the README', () => {
  const quotes = [...readme.matchAll(/<!-- snippet: ([\w-]+) -->\n```\w+\n(.*?)\n```/gs)];

  test('quotes every example', () => assert.deepEqual(quotes.map(([, name]) => name).sort(), [...regions.keys()].sort()));

  test('has no code that is in no example', () => assert.equal(readme.match(/^```\w/gm).length, quotes.length));

  for (const [, name, code] of quotes) {
    test(`quotes ${name} as it is`, () => assert.equal(code, regions.get(name)));
  }

  test('names every option with its default', () => {
    const source = readFileSync(new URL('../src/options.ts', import.meta.url), 'utf8');
    const [, interfaceText] = /export interface GoHubOptions \{(.*?)\n\}/s.exec(source);
    const documented = [...readme.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    for (const [, option] of interfaceText.matchAll(/^ {2}(\w+)\?:/gm)) assert.ok(documented.includes(option), option);
  });
});

describe('an example', () => {
  test('by script tag prints the answer', async t => {
    const { url } = await startServer(t);
    const [, code] = /<script>\n(.*?)<\/script>/s.exec(read('script-tag.html'));
    const iife = readFileSync(new URL('../dist/gohub.iife.js', import.meta.url), 'utf8');
    const page = { URL, performance, queueMicrotask, TextEncoder, setTimeout, clearTimeout, WebSocket };
    const printed = new Promise(resolve => (page.console = { log: resolve }));
    runInNewContext(`${iife};${code.replace('ws://localhost:8080/ws', url)};globalThis.hub = hub`, page);
    t.after(() => page.hub.stop());
    assert.equal(await printed, 'Hello, GoHub!');
  });

  test('as a module prints what is said in the room', async t => {
    const { url } = await startServer(t);
    globalThis.location = { href: url.replace('ws:', 'http:') };
    t.after(() => delete globalThis.location);
    const [, code] = /<script type="module">\n.*?\n(.*?)<\/script>/s.exec(read('module.html'));
    class GoHub extends gohub.GoHub {
      constructor(address) {
        super(address, { WebSocket });
        t.after(() => this.stop());
      }
    }
    const body = Object.getPrototypeOf(async () => undefined).constructor('GoHub', 'console', code);
    const printed = new Promise(resolve => {
      body(GoHub, { log: (...words) => resolve(words) }).catch(resolve);
    });
    assert.deepEqual(await printed, ['host', { text: 'welcome' }]);
  });

  test('for Node prints the answer', async t => {
    const { url } = await startServer(t);
    const path = fileURLToPath(new URL(`running-${process.pid}.mjs`, folder));
    writeFileSync(path, read('node.js').replace('ws://localhost:8080/ws', url));
    t.after(() => rmSync(path));
    const log = t.mock.method(console, 'log', () => undefined);
    await import(pathToFileURL(path).href);
    assert.deepEqual(log.mock.calls.map(call => call.arguments), [[{ text: 'Hello, GoHub!' }]]);
  });
});
