import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WindsockError } from '../../core/base/errors';
import { LineSplitter } from '../../core/contract/lineSplitter';
import { parseLines, parseMetricLine } from '../../core/contract/parseRunFiles';
import type { RunState } from '../../core/contract/runFiles.generated';
import { withDerived } from '../../core/metrics/derivedValues';
import { packPoints } from '../../core/metrics/packedPoints';
import { RunMetrics } from '../../core/metrics/runMetrics';
import { betaOf } from '../../core/training/preferenceBeta';
import type { MetricPoint, RunSummary } from '../../core/training/runLibrary';
import { hasEnded, summarise } from '../../core/training/runState';
import { CheckpointAnswerMirror } from './checkpointAnswers';
import type { MirrorFolder } from './mirrorFolder';
import { isPlainFile } from './plainFiles';
import { RemarkFiles } from './remarkFiles';
import { RewardMapMirror } from '../rewardMaps/rewardMapMirror';
import { ResponseMirror } from './responseMirror';
import type { RunSink } from './runFollower';

export interface RunListener {
	changed(): void;
	pointsAppended(from: number, points: readonly MetricPoint[]): void;
	logAppended(text: string): void;
	/** The run has ended and everything it wrote is here. */
	completed(): void;
}

const completeFile = 'complete.json';
const metricsFile = 'metrics.jsonl';
const logFile = 'log.txt';
const logShown = 1024 * 1024;
/** Bytes of metrics that are read before the thread is left free: some 10 ms of work. */
const portion = 256 * 1024;

/** One run as this process knows it: the mirror on the disk, and what was read of it so far. */
export class MirroredRun implements RunSink {
	readonly #listener: RunListener;
	readonly #responses: ResponseMirror | CheckpointAnswerMirror | RewardMapMirror | undefined;
	readonly #parseLine: (line: string) => MetricPoint | undefined;
	/** Scores and notes, beside the files of the host. */
	readonly remarkFiles: RemarkFiles;
	#remarksRead = '';
	#metrics = new RunMetrics();
	#lastTime: number | undefined;
	#splitter = new LineSplitter();
	#logDecoder = new TextDecoder();
	#broken = 0;
	#metricsRead = 0;
	#log = '';
	#logRead = 0;
	#loaded = false;
	#state: RunState | undefined;
	#unreachableSince: Date | undefined;
	#isHostMissing = false;
	#complete = false;
	/** As the listener was told. */
	#wasComplete = false;
	#aliveSinceData = 0;
	#summary: RunSummary;
	#archivedAt: string | undefined;

	constructor(
		readonly folder: MirrorFolder,
		listener: RunListener,
	) {
		this.#listener = listener;
		this.remarkFiles = new RemarkFiles(folder.path);
		this.#parseLine = lineParser(betaOf(folder.spec));
		const { comparison } = folder.header;
		if (folder.spec.kind === 'score') {
			this.#responses = new RewardMapMirror(folder.path);
		} else if (comparison !== undefined && isComparisonOf(comparison, folder.spec.id)) {
			this.#responses =
				folder.spec.kind === 'train'
					? new CheckpointAnswerMirror(comparison, folder.spec.id)
					: new ResponseMirror(comparison, folder.spec);
		}
		this.#summary = this.#summarise();
		this.readRecords();
	}

	get id(): string {
		return this.folder.spec.id;
	}

	get hostName(): string {
		return this.folder.header.hostName;
	}

	get summary(): RunSummary {
		return this.#summary;
	}

	get state(): RunState | undefined {
		return this.#state;
	}

	/** Ended, and nothing of it is missing here. */
	get isComplete(): boolean {
		return this.#complete;
	}

	/** Lines of metrics.jsonl that could not be read. */
	get brokenLines(): number {
		return this.#broken;
	}

	/** Every line, read from the mirror again: held as objects they would take ten times the room. */
	get points(): readonly MetricPoint[] {
		this.readFiles();
		const bytes = this.folder.readMetrics(0, this.#metricsRead);
		return parseLines(new LineSplitter().push(bytes), this.#parseLine).values;
	}

	/** What was read so far, as columns; another object after the file began anew. */
	get metrics(): RunMetrics {
		return this.#metrics;
	}

	get log(): string {
		this.readFiles();
		return this.#log;
	}

	/** Reads the small records again; another process may have written them. */
	readRecords(): void {
		const state = this.folder.state;
		this.#complete =
			state !== undefined &&
			hasEnded(state.state) &&
			this.folder.readRecord(completeFile) === completeText(state);
		this.#state = state ?? this.#state;
		this.readArchived();
		this.#refreshSummary();
	}

	/** Looks whether this process or another has set the run apart. */
	readArchived(): void {
		const { archivedAt } = this.folder;
		if (archivedAt !== this.#archivedAt) {
			this.#archivedAt = archivedAt;
			this.#refreshSummary();
		}
	}

	/** Sets the run apart from the others, or puts it back with `undefined`. */
	setArchived(at: string | undefined): void {
		this.folder.setArchived(at);
		this.readArchived();
	}

	/** Looks whether somebody scored a checkpoint or noted something; of a run that is looked at. */
	readRemarks(): void {
		const { stamp } = this.remarkFiles;
		if (this.#loaded && stamp !== this.#remarksRead) {
			this.#remarksRead = stamp;
			this.#metrics.remarks = this.remarkFiles.read();
			this.#listener.changed();
		}
	}

	/** Reads what the mirror's files have grown by since the last call. */
	readFiles(): void {
		this.#loaded = true;
		this.readRemarks();
		if (this.folder.metricsSize < this.#metricsRead) {
			this.#forgetPoints();
		}
		this.#takeMetrics(this.folder.readMetrics(this.#metricsRead));
		const grown = this.folder.logEnd - this.#logRead;
		if (grown > 0) {
			this.#takeLog(this.folder.readLog().subarray(-grown));
		}
	}

	/** As `readFiles`, but leaves the thread free in between. */
	async load(): Promise<void> {
		while (!this.#loaded && this.folder.metricsSize > this.#metricsRead) {
			this.#takeMetrics(this.folder.readMetrics(this.#metricsRead, portion));
			await new Promise(resolve => setImmediate(resolve));
		}
		this.readFiles();
	}

	offsets(): Readonly<Record<string, number>> {
		const { metricsSize, logEnd } = this.folder;
		// A long log is read from near its end; what came before stays on the host.
		const behind = (this.#state?.sizes?.log ?? 0) - logEnd > 2 * logShown;
		const log = behind ? (this.#state?.sizes?.log ?? 0) - logShown : logEnd;
		return { [metricsFile]: metricsSize, [logFile]: log, ...this.#responses?.offsets() };
	}

	folders(): readonly string[] {
		return this.#responses instanceof CheckpointAnswerMirror ? ['responses'] : [];
	}

	onData(file: string, offset: number, bytes: Uint8Array): boolean {
		this.#aliveSinceData = 0;
		if (!this.folder.exists) {
			return true;
		}
		if (file === metricsFile) {
			const fits = this.folder.appendMetrics(offset, bytes);
			if (fits && this.#loaded) {
				this.#takeMetrics(bytes);
			}
			return fits;
		}
		if (file === logFile) {
			const fits = this.folder.appendLog(offset, bytes);
			if (fits && this.#loaded) {
				this.#takeLog(bytes);
			}
			return fits;
		}
		return this.#responses?.append(file, offset, bytes) ?? true;
	}

	onTruncated(file: string): void {
		if (!this.folder.exists) {
			return;
		}
		if (file === metricsFile) {
			this.folder.resetMetrics();
			this.#forgetPoints();
		} else if (file === logFile) {
			this.folder.resetLog();
			this.#log = '';
			this.#logRead = 0;
		} else {
			this.#responses?.reset(file);
		}
	}

	onState(state: RunState): void {
		if (this.folder.exists) {
			this.folder.writeRecord('state.json', `${JSON.stringify(state, undefined, '\t')}\n`);
		}
		this.showState(state);
		this.#finishWhenAllIsHere();
	}

	/** Takes a state without writing it, for a process that does not own the mirror. */
	showState(state: RunState): void {
		this.#state = state;
		this.#unreachableSince = undefined;
		this.#refreshSummary();
	}

	onAlive(): void {
		this.#aliveSinceData++;
		this.#finishWhenAllIsHere();
	}

	onUnreachable(since: Date | undefined, error?: WindsockError): void {
		this.#unreachableSince = since;
		this.#isHostMissing = error?.code === 'hostUnknown';
		this.#refreshSummary();
	}

	/** Says on the disk that the mirror is whole. Only the owner of the mirror calls it. */
	markComplete(): void {
		if (this.#state !== undefined && this.folder.exists) {
			this.folder.writeRecord(completeFile, completeText(this.#state));
			this.#complete = true;
		}
		this.#refreshSummary();
	}

	#finishWhenAllIsHere(): void {
		const state = this.#state;
		if (state === undefined || !hasEnded(state.state) || this.#complete) {
			return;
		}
		// The host sends a state after the lines it counted; a torn last line never comes.
		if (this.folder.metricsSize >= state.sizes.metrics || this.#aliveSinceData >= 2) {
			this.#listener.completed();
		}
	}

	#takeMetrics(bytes: Uint8Array): void {
		if (bytes.length === 0) {
			return;
		}
		this.#metricsRead += bytes.length;
		const parsed = parseLines(this.#splitter.push(bytes), this.#parseLine);
		this.#broken += parsed.broken;
		const first = parsed.values[0];
		if (first !== undefined) {
			this.#metrics.append(packPoints(parsed.values));
			this.#lastTime = parsed.values.at(-1)?.time;
			this.#listener.pointsAppended(first.n, parsed.values);
		}
	}

	#takeLog(bytes: Uint8Array): void {
		this.#logRead = this.folder.logEnd;
		const text = this.#logDecoder.decode(bytes, { stream: true });
		this.#log = (this.#log + text).slice(-logShown);
		this.#listener.logAppended(text);
	}

	#forgetPoints(): void {
		const { remarks } = this.#metrics;
		this.#metrics = new RunMetrics();
		this.#metrics.remarks = remarks;
		this.#lastTime = undefined;
		this.#metricsRead = 0;
		this.#splitter = new LineSplitter();
		this.#listener.changed();
	}

	#summarise(): RunSummary {
		const since = this.#unreachableSince;
		const exit = this.folder.exit;
		const lastPointTime = this.#lastTime;
		return summarise({
			spec: this.folder.spec,
			hostName: this.hostName,
			...(this.#state === undefined ? {} : { state: this.#state }),
			...(exit === undefined ? {} : { exit }),
			...(this.#archivedAt === undefined ? {} : { archivedAt: this.#archivedAt }),
			...(lastPointTime === undefined ? {} : { lastPointTime }),
			...(since === undefined
				? {}
				: { unreachableSince: clockTime(since), isHostMissing: this.#isHostMissing }),
		});
	}

	/** Tells of the end of copying as well, which may leave every word of the summary as it was. */
	#refreshSummary(): void {
		const before = JSON.stringify([this.#summary, this.#wasComplete]);
		this.#summary = this.#summarise();
		this.#wasComplete = this.#complete;
		if (JSON.stringify([this.#summary, this.#wasComplete]) !== before) {
			this.#listener.changed();
		}
	}
}

/** Lines of metrics with what follows from their numbers. */
function lineParser(beta: number | undefined): (line: string) => MetricPoint | undefined {
	const derivation = beta === undefined ? {} : { beta };
	return line => {
		const point = parseMetricLine(line);
		return point && withDerived(point, derivation);
	};
}

/** A resumed run has a newer attempt, which makes an older mark void. */
function completeText(state: RunState): string {
	return `${JSON.stringify({ attempt: state.attempt, state: state.state })}\n`;
}

/**
 * Whether a folder was made for the answers of this run. A mirror may come from somebody else and
 * name any folder of this machine, so the folder itself has to say it.
 */
function isComparisonOf(folder: string, runId: string): boolean {
	try {
		const path = join(folder, 'comparison.json');
		const record: unknown = isPlainFile(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
		return typeof record === 'object' && record !== null && Reflect.get(record, 'runId') === runId;
	} catch {
		// Not readable as a record, so it is none.
		return false;
	}
}

function clockTime(date: Date): string {
	return date.toTimeString().slice(0, 5);
}
