// `npm run format`: writes every file in the project's one format.
import { continueUnderPinnedNode } from './lib/dependencies.mjs';
import { tool } from './lib/places.mjs';
import { check } from './lib/processes.mjs';
import { ensurePython, ensurePythonTools, pythonTool } from './lib/python.mjs';

await continueUnderPinnedNode(import.meta.url);
await check(tool('prettier'), ['--write', '--log-level', 'warn', '.']);
await ensurePythonTools(await ensurePython());
await check(pythonTool('ruff'), ['format', '.']);
