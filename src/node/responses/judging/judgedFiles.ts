import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, WindsockError } from '../../../core/base/errors';
import { err, type Result } from '../../../core/base/result';
import { responseFileName } from '../../../core/contract/responseFileName';
import type { Judged } from '../../../core/responses/judging/judged';
import { judgedIn } from '../../../core/responses/judging/readJudged';
import { writeAtomically } from '../../dataset/atomicWrite';

/** Below the folder of a comparison. */
const place = ['judgments', 'judged'];

/** Keeps what a judge has said: one file for each judge and way, the newest. */
export async function keepJudged(comparison: string, judged: Judged): Promise<Result<unknown>> {
	const folder = join(comparison, ...place);
	const way = judged.kind === 'windsock' ? judged.kind : judged.protocol;
	const path = join(
		folder,
		responseFileName(`${way} ${judged.judge}`).replace(/\.jsonl$/, '.json'),
	);
	try {
		await mkdir(folder, { recursive: true });
	} catch (error) {
		const details = { path, reason: reasonOf(error) };
		return err(new WindsockError('fileUnwritable', details, { cause: error }));
	}
	return writeAtomically(path, async handle => {
		await handle.writeFile(`${JSON.stringify(judged)}\n`);
	});
}

/** What judges have said about one comparison; read again only when a file changed. */
export class JudgedFiles {
	#stamp = '';
	#all: readonly Judged[] = [];

	/** @param comparison its folder */
	constructor(private readonly comparison: string) {}

	/** The same array until something changed. Newest first; files of another shape are passed over. */
	async read(): Promise<readonly Judged[]> {
		const folder = join(this.comparison, ...place);
		const names = await readdir(folder).catch(() => [] as string[]);
		const files = names
			.filter(name => name.endsWith('.json'))
			.toSorted()
			.map(name => join(folder, name));
		const stamps = await Promise.all(
			files.map(async file => {
				const info = await stat(file).catch(() => undefined);
				return `${file} ${info?.mtimeMs} ${info?.size}`;
			}),
		);
		const stamp = stamps.join('\n');
		if (stamp !== this.#stamp) {
			const read = await Promise.all(files.map(readJudged));
			this.#all = read
				.filter(one => one !== undefined)
				.toSorted((a, b) => b.time.localeCompare(a.time));
			this.#stamp = stamp;
		}
		return this.#all;
	}
}

/** A file beyond this is not ours. */
const mostBytes = 32 * 1024 * 1024;

async function readJudged(file: string): Promise<Judged | undefined> {
	try {
		const info = await stat(file);
		return info.isFile() && info.size <= mostBytes
			? judgedIn(JSON.parse(await readFile(file, 'utf8')))
			: undefined;
	} catch {
		// Half a file, or none of ours: it is shown as if nobody had judged.
		return undefined;
	}
}
