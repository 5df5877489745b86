import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/program';
import { silentLogger } from '../../../src/core/base/logger';
import { ok } from '../../../src/core/base/result';
import { createRunServices } from '../../../src/node/runs/runServices';
import { workspaceFolder } from '../../../src/node/workspace/workspaceFolder';
import { checkAnswer } from '../../support/cliAnswers';
import { remoteFolder } from '../../support/practiceHost';
import { PracticeOverSsh } from '../../support/practiceOverSsh';

interface Answer {
	readonly findings: readonly {
		readonly code: string;
		readonly severity: string;
		readonly message: string;
		readonly dataset?: string;
		readonly rows?: readonly number[];
		readonly rowDetails?: readonly string[];
	}[];
	readonly preflight: { readonly host: string; readonly datasets: readonly { rows: number }[] };
}

let ssh: PracticeOverSsh;

beforeAll(async () => {
	ssh = await PracticeOverSsh.start();
});

afterAll(() => ssh.stop());

async function windsock(argv: readonly string[]) {
	let out = '';
	let err = '';
	const code = await runCli([...argv], {
		stdout: { write: text => void (out += text) },
		stderr: { write: text => void (err += text) },
		version: '0.0.0',
		recipesFolder: '',
		signal: new AbortController().signal,
		services: () => {
			const { workspace } = ssh.practice;
			const services = createRunServices({
				workspace,
				hosts: ssh.directory,
				remoteFolder,
				version: '0.0.0',
				logger: silentLogger,
			});
			return ok({
				hosts: ssh.directory,
				...services,
				folder: workspaceFolder(workspace),
				endpoints: {},
				dispose: () => {
					services.trainers.dispose();
					services.library.dispose();
				},
			});
		},
	});
	return { code, out, err };
}

const turn = (role: string, content: string, more: object = {}): object => ({
	role,
	content,
	...more,
});

describe('a recipe checked over ssh', () => {
	it('has its faults named with the rows that they are in', async () => {
		const good = { messages: [turn('user', 'Is it good?'), turn('assistant', 'Yes.')] };
		const rows: object[] = Array.from({ length: 40 }, () => good);
		rows[4] = { messages: [turn('user', 'And?'), turn('assistant', '')] };
		rows[11] = { messages: [turn('user', 'One.'), ...(good.messages as object[])] };
		rows[12] = rows[11];
		rows[30] = { messages: [turn('user', 'No?'), turn('assistant', 'No.', { weight: 0 })] };
		// Left out before the host sees it, so that the lines of what is sent are others.
		rows[2] = { messages: [turn('user', 'Nobody answers.')] };
		const file = join(ssh.practice.workspace, 'rows.jsonl');
		writeFileSync(file, rows.map(row => `${JSON.stringify(row)}\n`).join(''));
		const recipe = join(ssh.practice.workspace, 'sft.yaml');
		writeFileSync(recipe, 'method: sft\ndataset_path: rows.jsonl\n');
		const said = await windsock(['check', recipe, '--host', 'gpu1', '--json']);
		const answer = JSON.parse(said.out) as Answer;
		checkAnswer(['check', recipe], answer);
		const ofRows = answer.findings.filter(({ dataset }) => dataset === file);
		expect(Object.fromEntries(ofRows.map(({ code, rows: found }) => [code, found]))).toEqual({
			messageWeights: [31],
			turnsNotAlternating: [12, 13],
			emptyReply: [5],
			rowLeftOut: [3],
		});
		expect(ofRows.find(({ code }) => code === 'messageWeights')).toMatchObject({
			severity: 'error',
			rowDetails: ['message 2, value 0'],
		});
		expect(answer.preflight).toMatchObject({ host: 'gpu1', datasets: [{ rows: 39 }] });
		expect(said.code).toBe(1);
		expect(said.err).toContain('Checking on gpu1');
	});

	it('says the same to people, and of a recipe that cannot be launched nothing of a host', async () => {
		const recipe = join(ssh.practice.workspace, 'wrong.yaml');
		writeFileSync(recipe, 'method: sft\ndataset_path: nowhere.jsonl\n');
		const refused = await windsock(['check', recipe, '--host', 'gpu1']);
		expect(refused.code).toBe(1);
		expect(refused.err).not.toContain('gpu1');
		const people = await windsock([
			'check',
			join(ssh.practice.workspace, 'sft.yaml'),
			'--host',
			'gpu1',
		]);
		expect(people.out).toMatch(/✗\s+.*row 31: a message says whether it is trained on/);
		expect(people.out).toMatch(/2 rows \(12, 13\): user and assistant do not take turns/);
	});
});
