// Builds dist/: the two bundles and the types.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { name, version, license } = createRequire(import.meta.url)('../package.json');

rmSync(`${root}/dist`, { recursive: true, force: true });
const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  target: 'es2021',
  // Private members are written _x, so that they can become one letter.
  mangleProps: /^_/,
  banner: { js: `/* ${name} ${version}, ${license} */` },
};
await build({ ...shared, entryPoints: ['src/index.ts'], format: 'esm', outfile: 'dist/gohub.js' });
await build({ ...shared, entryPoints: ['src/global.ts'], format: 'iife', outfile: 'dist/gohub.iife.js' });

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json', '--emitDeclarationOnly', '--declaration'], { cwd: root, stdio: 'inherit' });
