import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import * as path from 'node:path';
import { responseFileName } from '../../core/contract/responseFileName';
import { parseResponse } from '../../core/responses/response';

/** The answers of one model in a comparison's folder, which this machine writes. */
export class AnswerFile {
	private constructor(
		private readonly file: string,
		private readonly answered: ReadonlySet<string>,
	) {}

	/**
	 * Reads which answers are there, to go on after them. A last line that was cut by a crash is
	 * taken away and asked for again.
	 *
	 * @throws where the file cannot be read or written
	 */
	static async open(comparison: string, label: string): Promise<AnswerFile> {
		const folder = path.join(comparison, 'responses');
		await mkdir(folder, { recursive: true });
		const file = path.join(folder, responseFileName(label));
		const bytes = await readFile(file).catch((error: unknown) => {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
				return Buffer.alloc(0);
			}
			throw error;
		});
		const whole = bytes.lastIndexOf(0x0a) + 1;
		if (whole < bytes.length) {
			await truncate(file, whole);
		}
		const answered = new Set<string>();
		for (const line of bytes.subarray(0, whole).toString('utf8').split('\n')) {
			const answer = line === '' ? '' : parseResponse(line, label);
			if (typeof answer !== 'string' && answer.finishReason !== 'error') {
				answered.add(keyOf(answer.promptId, answer.sample ?? 0));
			}
		}
		return new AnswerFile(file, answered);
	}

	/** How many answers were there when it was opened. */
	get count(): number {
		return this.answered.size;
	}

	has(promptId: string, sample: number): boolean {
		return this.answered.has(keyOf(promptId, sample));
	}

	async append(line: Readonly<Record<string, unknown>>): Promise<void> {
		await appendFile(this.file, `${JSON.stringify(line)}\n`);
	}
}

function keyOf(promptId: string, sample: number): string {
	return JSON.stringify([promptId, sample]);
}
