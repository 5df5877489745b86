// Writes what is derived from another source of truth: TypeScript types from the schemas of the
// run contract. `--check` changes nothing and exits 1 when a generated file is stale.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';
import { format, resolveConfig } from 'prettier';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const schemaFolder = join(root, 'remote/windsock_remote/schema');
const output = join(root, 'src/core/contract/runFiles.generated.ts');

const banner = `/* oxlint-disable */
// Made from remote/windsock_remote/schema/*.schema.json by .dev/generate.mjs. Do not edit.
`;

/** A note beside a `$ref` would make a second type of the same thing. */
function withoutNotesBesideReferences(value) {
	if (Array.isArray(value)) {
		return value.map(withoutNotesBesideReferences);
	}
	if (value === null || typeof value !== 'object') {
		return value;
	}
	if (typeof value.$ref === 'string') {
		return { $ref: value.$ref };
	}
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => [key, withoutNotesBesideReferences(inner)]),
	);
}

async function generate() {
	const names = (await readdir(schemaFolder)).filter(name => name.endsWith('.schema.json')).sort();
	const parts = [];
	for (const name of names) {
		const schema = JSON.parse(await readFile(join(schemaFolder, name), 'utf8'));
		parts.push(
			await compile(
				withoutNotesBesideReferences(schema),
				schema.title ?? name.replace('.schema.json', ''),
				{
					bannerComment: '',
					format: false,
					unreachableDefinitions: false,
					cwd: schemaFolder,
				},
			),
		);
	}
	const options = (await resolveConfig(output)) ?? {};
	return format(`${banner}\n${parts.join('\n')}`, { ...options, parser: 'typescript' });
}

const wanted = await generate();
const found = await readFile(output, 'utf8').catch(() => '');
if (wanted === found) {
	console.log('generated files are up to date');
} else if (process.argv.includes('--check')) {
	console.error('src/core/contract/runFiles.generated.ts is stale: run “npm run generate”');
	process.exitCode = 1;
} else {
	await writeFile(output, wanted);
	console.log(`wrote ${output.slice(root.length + 1)}`);
}
