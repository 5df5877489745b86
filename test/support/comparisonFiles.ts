import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** One answer of a model, or several samples; absent for a prompt that it has not answered. */
export type AnswerTexts = string | readonly string[] | undefined;

export interface ComparisonFiles {
	readonly id: string;
	readonly prompts: readonly {
		readonly id: string;
		readonly messages: readonly { readonly role: string; readonly content: string }[];
		readonly tags?: readonly string[];
		readonly reference?: string;
	}[];
	/** By label of the model: its answers in the order of the prompts. */
	readonly answers: Readonly<Record<string, readonly AnswerTexts[]>>;
	/** By label, where it is no folder of a host. */
	readonly refs?: Readonly<Record<string, string>>;
}

/** Writes a finished comparison into `.windsock/comparisons` of a workspace. */
export async function writeComparison(workspace: string, files: ComparisonFiles): Promise<void> {
	const folder = path.join(workspace, '.windsock', 'comparisons', files.id);
	await mkdir(path.join(folder, 'responses'), { recursive: true });
	const models = Object.keys(files.answers).map(label => ({
		label,
		ref: files.refs?.[label] ?? `path:/models/${label}`,
	}));
	await writeFile(
		path.join(folder, 'comparison.json'),
		JSON.stringify({
			schemaVersion: 1,
			id: files.id,
			name: files.id,
			createdAt: '2026-11-22T10:00:00Z',
			promptsPath: '/prompts/vibes.jsonl',
			models,
		}),
	);
	await writeFile(
		path.join(folder, 'prompts.jsonl'),
		files.prompts.map(prompt => `${JSON.stringify(prompt)}\n`).join(''),
	);
	for (const [label, answers] of Object.entries(files.answers)) {
		const lines = files.prompts.flatMap(({ id, messages }, promptIndex) => {
			const given = answers[promptIndex];
			return (given === undefined ? [] : [given].flat()).map((response, sample) =>
				JSON.stringify({
					promptId: id,
					promptIndex,
					model: label,
					messages,
					response,
					sample,
					finishReason: 'stop',
					tokens: { prompt: 20, response: Math.ceil(response.length / 4) },
					sampling: { temperature: 0 },
				}),
			);
		});
		await writeFile(
			path.join(folder, 'responses', `${encodeURIComponent(label)}.jsonl`),
			lines.map(line => `${line}\n`).join(''),
		);
	}
}
