import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { responseFileName } from '../../../core/contract/responseFileName';
import type { SeenVerdict } from '../../../core/responses/judging/pairJudge';

/** One line: a question by what was asked, and the whole reply. */
export interface KeptReply {
	readonly schemaVersion: 1;
	/** sha256 of all that was asked, and of whom. */
	readonly key: string;
	readonly time: string;
	readonly judge: string;
	readonly servedModel: string;
	readonly reply: string;
	readonly tokens: { readonly prompt: number; readonly response: number };
}

/** One line of `judgments/<judge>.jsonl`; `key` is of judge, wording, rubric, texts, order, sampling and repeat. */
export interface KeptJudgment extends KeptReply {
	readonly promptId: string;
	readonly first: string;
	readonly second: string;
	readonly repeat: number;
	readonly verdict: SeenVerdict | null;
}

/** What a judge has said about a comparison: only appended to, and looked up by what was asked. */
export class JudgmentFile<Kept extends KeptReply = KeptJudgment> {
	readonly #kept = new Map<string, Kept>();
	#writing: Promise<void> = Promise.resolve();
	/** The last line may have no end, as a crash or a full disk leaves it: the next one begins with it. */
	#isTorn = false;

	private constructor(private readonly path: string) {}

	/**
	 * Lines that cannot be read are asked for again. Throws a WindsockError.
	 *
	 * @param under folders below `judgments/`
	 */
	static async open<Kept extends KeptReply = KeptJudgment>(
		comparison: string,
		judge: string,
		...under: readonly string[]
	): Promise<JudgmentFile<Kept>> {
		const folder = join(comparison, 'judgments', ...under);
		const file = new JudgmentFile<Kept>(join(folder, responseFileName(judge)));
		try {
			await mkdir(folder, { recursive: true });
			const text = await readFile(file.path, 'utf8');
			file.#isTorn = text !== '' && !text.endsWith('\n');
			for (const line of text.split('\n')) {
				const kept = parseKept(line) as Kept | undefined;
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

	get(key: string): Kept | undefined {
		return this.#kept.get(key);
	}

	/** Whole lines only, one after the other. Throws a WindsockError. */
	async add(judgment: Kept): Promise<void> {
		this.#kept.set(judgment.key, judgment);
		const written = this.#writing.then(async () => {
			const start = this.#isTorn ? '\n' : '';
			this.#isTorn = true;
			await appendFile(this.path, `${start}${JSON.stringify(judgment)}\n`);
			this.#isTorn = false;
		});
		// Who waits for the next line is not told of this one's failure.
		this.#writing = written.catch(() => {});
		try {
			await written;
		} catch (error) {
			const details = { path: this.path, reason: reasonOf(error) };
			throw new WindsockError('fileUnwritable', details, { cause: error });
		}
	}
}

function parseKept(line: string): KeptReply | undefined {
	try {
		const row = JSON.parse(line) as Partial<KeptReply> | null;
		return row?.schemaVersion === 1 && typeof row.key === 'string' && typeof row.reply === 'string'
			? (row as KeptReply)
			: undefined;
	} catch {
		return undefined;
	}
}
