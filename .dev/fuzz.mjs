// `npm run test:fuzz`: every test of test/fuzz with many more runs than `npm test` gives it.
//   npm run test:fuzz -- 2000
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { continueUnderPinnedNode } from './lib/dependencies.mjs';
import { root, tool } from './lib/places.mjs';

await continueUnderPinnedNode(import.meta.url);
const runs = process.argv[2] ?? '10000';
const { status } = spawnSync(
	tool('node'),
	[path.join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project=unit', 'test/fuzz'],
	{ cwd: root, stdio: 'inherit', env: { ...process.env, WINDSOCK_FUZZ_RUNS: runs } },
);
process.exit(status ?? 1);
