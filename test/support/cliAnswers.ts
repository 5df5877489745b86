import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';

const file = join(import.meta.dirname, '../../src/cli/answers.schema.json');
const schema = JSON.parse(readFileSync(file, 'utf8')) as { $defs: Record<string, object> };
const ajv = new Ajv2020({ strict: false });
ajv.addSchema(schema, 'answers');

/** Commands that have a document, two words where they have two. */
export const answeringCommands: readonly string[] = Object.keys(schema.$defs);

/** Throws where a document of `windsock … --json` is not what the schema says of that command. */
export function checkAnswer(argv: readonly string[], document: object): void {
	const [first = '', second = ''] = argv;
	const both = `${first} ${second}`;
	const command = 'error' in document ? 'error' : both in schema.$defs ? both : first;
	const validate: ValidateFunction | undefined = ajv.getSchema(
		`answers#/$defs/${encodeURIComponent(command)}`,
	);
	if (!validate?.(document)) {
		const faults = ajv.errorsText(validate?.errors, { dataVar: command });
		throw new Error(
			`not in answers.schema.json: ${faults}\n${JSON.stringify(document).slice(0, 2000)}`,
		);
	}
}
