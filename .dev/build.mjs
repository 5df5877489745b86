// `npm run build` and `npm run watch`.
import { ensureBuild } from './lib/build.mjs';
import { continueUnderPinnedNode } from './lib/dependencies.mjs';
import { tool } from './lib/places.mjs';
import { become } from './lib/processes.mjs';

await continueUnderPinnedNode(import.meta.url);
if (process.argv.includes('--watch')) {
	await become(tool('node'), ['esbuild.mjs', '--watch']);
}
await ensureBuild({ force: true, production: process.argv.includes('--production') });
