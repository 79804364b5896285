// Fails when a bundle, gzipped, is larger than the limit.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const limit = 6 * 1024; // bytes

for (const name of ['gohub.js', 'gohub.iife.js']) {
  const bundle = readFileSync(new URL(`../dist/${name}`, import.meta.url));
  const size = gzipSync(bundle, { level: 9 }).length;
  console.log(`${name}: ${bundle.length} bytes, ${size} gzipped (limit ${limit})`);
  if (size > limit) process.exitCode = 1;
}
