import { join } from 'node:path';
import { runCli } from '../../src/cli/program';
import type { Services } from '../../src/cli/services';
import { ok } from '../../src/core/base/result';
import { workspaceFolder } from '../../src/node/workspace/workspaceFolder';
import { checkAnswer } from './cliAnswers';
import type { PracticeHost } from './practiceHost';

type Endpoints = Services['endpoints'];

export interface Said {
	readonly code: number;
	readonly out: string;
	readonly err: string;
}

/** Runs `windsock` in this process, over a practice host. What it says as JSON is checked for its shape. */
export async function windsockOn(
	host: PracticeHost,
	argv: readonly string[],
	endpoints: Endpoints = {},
): Promise<Said> {
	let out = '';
	let err = '';
	const code = await runCli([...argv], {
		stdout: { write: text => void (out += text) },
		stderr: { write: text => void (err += text) },
		version: '9.9.9',
		recipesFolder: join(import.meta.dirname, '../../media/recipes'),
		signal: new AbortController().signal,
		services: () => {
			const services = host.services();
			const { library, trainers } = services;
			return ok({
				hosts: host.hosts,
				...services,
				folder: workspaceFolder(host.workspace),
				endpoints,
				dispose: () => {
					trainers.dispose();
					library.dispose();
				},
			});
		},
	});
	if (argv.includes('--json') && code !== 2) {
		checkAnswer(argv, JSON.parse(out) as object);
	}
	return { code, out, err };
}
