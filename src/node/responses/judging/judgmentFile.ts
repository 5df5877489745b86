import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { responseFileName } from '../../../core/contract/responseFileName';
import type { SeenVerdict } from '../../../core/responses/judging/pairJudge';

/** One line of `judgments/<judge>.jsonl`: a question by what was asked, and the whole reply. */
export interface KeptJudgment {
	readonly schemaVersion: 1;
	/** sha256 of judge, wording, rubric, texts, order, sampling and repeat. */
	readonly key: string;
	readonly time: string;
	readonly judge: string;
	readonly servedModel: string;
	readonly promptId: string;
	readonly first: string;
	readonly second: string;
	readonly repeat: number;
	readonly verdict: SeenVerdict | null;
	readonly reply: string;
	readonly tokens: { readonly prompt: number; readonly response: number };
}

/** What a judge has said about a comparison: only appended to, and looked up by what was asked. */
export class JudgmentFile {
	readonly #kept = new Map<string, KeptJudgment>();

	private constructor(private readonly path: string) {}

	/** Lines that cannot be read are asked for again. Throws a WindsockError. */
	static async open(comparison: string, judge: string): Promise<JudgmentFile> {
		const folder = join(comparison, 'judgments');
		const file = new JudgmentFile(join(folder, responseFileName(judge)));
		try {
			await mkdir(folder, { recursive: true });
			for (const line of (await readFile(file.path, 'utf8')).split('\n')) {
				const kept = parseKept(line);
				if (kept) {
					file.#kept.set(kept.key, kept);
				}
			}
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
				const details = { path: file.path, reason: reasonOf(error) };
				throw new WindsockError('fileUnreadable', details, { cause: error });
			}
		}
		return file;
	}

	get(key: string): KeptJudgment | undefined {
		return this.#kept.get(key);
	}

	async add(judgment: KeptJudgment): Promise<void> {
		this.#kept.set(judgment.key, judgment);
		try {
			await appendFile(this.path, `${JSON.stringify(judgment)}\n`);
		} catch (error) {
			const details = { path: this.path, reason: reasonOf(error) };
			throw new WindsockError('fileUnwritable', details, { cause: error });
		}
	}
}

function parseKept(line: string): KeptJudgment | undefined {
	try {
		const row = JSON.parse(line) as Partial<KeptJudgment> | null;
		return row?.schemaVersion === 1 && typeof row.key === 'string' && typeof row.reply === 'string'
			? (row as KeptJudgment)
			: undefined;
	} catch {
		return undefined;
	}
}
