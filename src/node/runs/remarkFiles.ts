import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf, WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { NoteLine, ScoreLine } from '../../core/contract/runFiles.generated';
import { parseLines } from '../../core/contract/parseRunFiles';
import {
	foldScores,
	parseNoteLine,
	parseScoreLine,
	scoreFault,
	type RunRemarks,
} from '../../core/metrics/remarks';
import { appendPlain, isPlainFile, isPlainFolder, plainSize } from './plainFiles';

/** `scores.jsonl`, to which anybody appends whole lines. */
const scoresFile = 'scores.jsonl';
/** A file beyond this is not ours. */
const mostBytes = 8 * 1024 * 1024;
/** `notes/<author>.jsonl`: one writer per file, so that two people's notes never conflict in git. */
const notesFolder = 'notes';

/**
 * Scores and notes of one run, beside its mirror in the user's folder. They are the user's own and
 * never sent to a host; whoever shares the folder (git, a network disk) shares them too.
 */
export class RemarkFiles {
	constructor(private readonly folder: string) {}

	/** Changes whenever a line came, whoever wrote it. */
	get stamp(): string {
		return this.#paths()
			.map(path => `${path} ${plainSize(path)}`)
			.join('\n');
	}

	read(): RunRemarks {
		const scores = parseLines(linesOf(join(this.folder, scoresFile)), parseScoreLine);
		const notes = parseLines(this.#notes().flatMap(linesOf), parseNoteLine);
		return {
			scores: foldScores(scores.values),
			notes: notes.values.toSorted((a, b) => a.step - b.step || a.at.localeCompare(b.at)),
			brokenLines: scores.broken + notes.broken,
		};
	}

	/** Fails with `scoreInvalid` or `fileUnwritable`. */
	addScore(score: ScoreLine): Result<void> {
		const reason = scoreFault({ ...score });
		return reason === undefined
			? this.#append(join(this.folder, scoresFile), score)
			: err(new WindsockError('scoreInvalid', { name: score.name, reason }));
	}

	/** `author` of the note is a name that is safe as a file name. Fails with `fileUnwritable`. */
	addNote(note: NoteLine): Result<void> {
		const folder = join(this.folder, notesFolder);
		try {
			mkdirSync(folder, { recursive: true });
		} catch (error) {
			return unwritable(folder, error);
		}
		return this.#append(join(folder, `${note.author}.jsonl`), note);
	}

	#append(path: string, line: object): Result<void> {
		try {
			appendPlain(path, Buffer.from(`${isTorn(path) ? '\n' : ''}${JSON.stringify(line)}\n`));
			return ok();
		} catch (error) {
			return unwritable(path, error);
		}
	}

	#paths(): readonly string[] {
		return [join(this.folder, scoresFile), ...this.#notes()];
	}

	#notes(): readonly string[] {
		const folder = join(this.folder, notesFolder);
		return isPlainFolder(folder)
			? readdirSync(folder)
					.filter(name => name.endsWith('.jsonl'))
					.toSorted()
					.map(name => join(folder, name))
			: [];
	}
}

function linesOf(path: string): readonly string[] {
	const isSmall = isPlainFile(path) && plainSize(path) <= mostBytes;
	return isSmall ? readFileSync(path, 'utf8').split('\n') : [];
}

/** Whether the file ends within a line, as after a crash or an editor that leaves the last end out. */
function isTorn(path: string): boolean {
	return isPlainFile(path) && plainSize(path) > 0 && readFileSync(path).at(-1) !== 10;
}

function unwritable(path: string, error: unknown): Result<void> {
	const details = { path, reason: reasonOf(error) };
	return err(new WindsockError('fileUnwritable', details, { cause: error }));
}
