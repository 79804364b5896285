import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import * as gohub from '../dist/gohub.js';

const at = path => new URL(`../${path}`, import.meta.url);
const text = path => readFileSync(at(path), 'utf8');

describe('the package', () => {
  test('exports the client, its error and the codes', () => {
    assert.deepEqual(Object.keys(gohub).sort(), ['ErrorCode', 'GoHub', 'GoHubError']);
  });

  test('for a script tag is one global, the class with the rest on it', () => {
    const page = { URL, performance, queueMicrotask, TextEncoder, WebSocket: class {} };
    runInNewContext(text('dist/gohub.iife.js'), page);
    assert.equal(page.GoHub.ErrorCode.ConnectionLost, -1);
    assert.equal(new page.GoHub.GoHubError(5, 'x').code, 5);
    assert.equal(new page.GoHub('http://hub.test/ws', { autoStart: false }).url, 'ws://hub.test/ws');
  });

  for (const name of ['gohub.js', 'gohub.iife.js']) {
    test(`${name} is at most 6 KB gzipped`, () => {
      assert.ok(gzipSync(readFileSync(at(`dist/${name}`)), { level: 9 }).length <= 6 * 1024);
    });

    test(`${name} is what the standalone server serves`, () => {
      assert.equal(text(`../../src/GoHub.Server/wwwroot/js/${name}`), text(`dist/${name}`), 'run: npm run publish-to-server');
    });
  }

  test('has types, and depends on nothing', () => {
    const { dependencies, peerDependencies, types, exports } = JSON.parse(text('package.json'));
    assert.deepEqual([dependencies, peerDependencies], [undefined, undefined]);
    for (const path of [types, exports['.'].types, exports['.'].default, exports['./iife']]) assert.ok(existsSync(at(path)), path);
  });

  test('names no address to download from', () => {
    assert.doesNotMatch(text('package-lock.json'), /"resolved"|https?:\/\/(?!opencollective|github\.com\/sponsors|tidelift|feross|www\.patreon)/);
  });
});
