#!/usr/bin/env node
// `npx windsock` from a clone: the command line of the product, after the set-up it needs.
import path from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { dependenciesAreCurrent, ensureDependencies } from './lib/dependencies.mjs';
import { pinnedNode, root } from './lib/places.mjs';
import { become } from './lib/processes.mjs';

try {
	if (!dependenciesAreCurrent()) {
		console.error('windsock: installing dependencies …');
		await ensureDependencies();
	}
	await ensureBuild();
} catch (error) {
	console.error(`windsock: set-up failed: ${error.message}`);
	process.exit(1);
}
await become(pinnedNode, [path.join(root, 'dist', 'cli.js'), ...process.argv.slice(2)]);
