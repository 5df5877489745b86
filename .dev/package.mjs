// `npm run package`: dist/windsock.vsix, with checks of what is in it.
import path from 'node:path';
import { continueUnderPinnedNode } from './lib/dependencies.mjs';
import { root } from './lib/places.mjs';
import { packageExtension } from './lib/vsix.mjs';

await continueUnderPinnedNode(import.meta.url);
const { file, bytes, checks } = await packageExtension();
for (const { name, problem } of checks) {
	console.log(problem ? `✗ ${name}: ${problem}` : `✓ ${name}`);
}
console.log(`${path.relative(root, file)}  ${(bytes / 1024).toFixed(0)} KiB`);
process.exit(checks.some(({ problem }) => problem) ? 1 : 0);
