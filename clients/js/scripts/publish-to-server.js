// Puts the built bundles where the standalone server serves them from: its build needs no Node.
import { copyFileSync } from 'node:fs';

for (const name of ['gohub.js', 'gohub.iife.js']) {
  copyFileSync(new URL(`../dist/${name}`, import.meta.url), new URL(`../../../src/GoHub.Server/wwwroot/js/${name}`, import.meta.url));
}
