import { StepCounter, type StepAccount } from '../../../core/dataset/clean/accounting';
import type { GlobalStep } from '../../../core/dataset/clean/globalSteps';
import type { PromptSplit } from '../../../core/dataset/clean/promptSplit';
import { dropped, kept, type StepOutcome, type WorkRow } from '../../../core/dataset/clean/workRow';
import type { Progress } from '../../../core/training/launchRequest';
import type { RowLedger, RowPlace } from './accountingFolder';
import { ChangeSamples, type ChangeSample } from './changeSamples';
import type { CleanSource } from './cleanSource';
import type { CompiledStep } from './compileSteps';
import type { RowWriter } from './rowWriter';

export interface PipelineRunParts {
	readonly sources: readonly CleanSource[];
	readonly steps: readonly CompiledStep[];
	readonly seed: number;
	readonly ledger: RowLedger;
	/** How many samples to keep, for each step, of what changed, and as many of what was dropped. */
	readonly samples: number;
	readonly split?: { readonly text: string; readonly sides: PromptSplit };
	readonly progress?: Progress;
	readonly signal?: AbortSignal;
}

const whole = 'all steps';

/**
 * One run of compiled steps. Rows stream by: steps that need the whole file get a pass of their
 * own, in which the steps before them are done again, so that no row has to stay in memory.
 */
export class PipelineRun {
	readonly #counters: StepCounter[];
	readonly #total = new StepCounter(whole);
	readonly #samples: ChangeSamples;
	readonly #count: number;
	/** Rows that an earlier pass saw going. */
	readonly #gone: Uint8Array;

	constructor(private readonly parts: PipelineRunParts) {
		const names = [
			...parts.steps.map(({ text }) => text),
			...(parts.split ? [parts.split.text] : []),
		];
		this.#counters = names.map(name => new StepCounter(name));
		this.#count = parts.sources.reduce((sum, { count }) => sum + count, 0);
		this.#gone = new Uint8Array(this.#count);
		this.#samples = new ChangeSamples(parts.samples, parts.seed);
	}

	/** Lets every step that needs the whole file see it. */
	async decide(): Promise<void> {
		for (const [at, step] of this.parts.steps.entries()) {
			if (!('global' in step)) {
				continue;
			}
			await this.#pass(`Looking for “${step.text}”`, row => {
				const left = this.#gone[row.index] === 1 ? undefined : this.#through(row, at);
				if (left) {
					step.global.take(left);
				} else {
					this.#gone[row.index] = 1;
				}
			});
			await this.#again(step, at);
			step.global.close();
		}
	}

	/** Shows a step those rows once more that it asks for. */
	async #again({ text, global }: CompiledStep & { readonly global: GlobalStep }, at: number) {
		for (let wanted = global.again?.(); wanted; wanted = global.again?.()) {
			const isWanted = wanted;
			await this.#pass(`Verifying “${text}”`, row => {
				if (this.#gone[row.index] === 0 && isWanted(row.index)) {
					const left = this.#through(row, at);
					if (left) {
						global.takeAgain?.(left);
					}
				}
			});
		}
	}

	/** Runs all steps, counts, tells the ledger, and gives what is left to the writers. */
	async write(writers: readonly RowWriter[]): Promise<void> {
		await this.#pass(
			'Writing',
			(row, source) => {
				const place = source.placeOf(row.index);
				const left = this.#account(row, place);
				const side = left && this.#side(row, left, place);
				if (left && side !== undefined) {
					writers[side]?.write(left.bytes);
				}
			},
			async () => {
				await Promise.all(writers.map(writer => writer.flush()));
				await this.parts.ledger.drain();
			},
		);
	}

	accounts(): { readonly steps: readonly StepAccount[]; readonly total: StepAccount } {
		return {
			steps: this.#counters.map(counter => counter.account()),
			total: this.#total.account(),
		};
	}

	/** In the order of the file. */
	samples(): ChangeSample[] {
		return this.#samples.all();
	}

	async #pass(
		message: string,
		visit: (row: WorkRow, source: CleanSource) => void,
		afterPortion?: () => Promise<void>,
	): Promise<void> {
		const { sources, progress, signal } = this.parts;
		let seen = 0;
		for (const source of sources) {
			for await (const rows of source.portions(signal)) {
				for (const row of rows) {
					visit(row, source);
				}
				seen += rows.length;
				progress?.report(message, seen / Math.max(1, this.#count));
				await afterPortion?.();
			}
		}
	}

	/** The row after the first `upTo` steps, or nothing when it is dropped by one. */
	#through(row: WorkRow, upTo: number): WorkRow | undefined {
		let current = row;
		for (const step of this.parts.steps.slice(0, upTo)) {
			const outcome = perform(step, current);
			if (outcome.kind === 'dropped') {
				return undefined;
			}
			current = outcome.kind === 'changed' ? current.withBytes(outcome.bytes) : current;
		}
		return current;
	}

	/** The same with accounts. The total is told when the row's side is known. */
	#account(row: WorkRow, place: RowPlace): WorkRow | undefined {
		let current = row;
		for (const [i, step] of this.parts.steps.entries()) {
			const outcome = perform(step, current);
			this.#tell(i, outcome, current, place);
			if (outcome.kind === 'dropped') {
				this.#total.drop(outcome.reason);
				return undefined;
			}
			current = outcome.kind === 'changed' ? current.withBytes(outcome.bytes) : current;
		}
		if (!this.parts.split) {
			this.#tellTotal(row, current, place);
		}
		return current;
	}

	#side(before: WorkRow, row: WorkRow, place: RowPlace): number | undefined {
		const { split } = this.parts;
		if (!split) {
			return 0;
		}
		const side = split.sides.sideOf(row.recognised, row.bytes);
		const outcome =
			side === 'neither' ? dropped('its prompt is near to prompts on both sides') : kept;
		this.#tell(this.#counters.length - 1, outcome, row, place);
		if (outcome.kind === 'dropped') {
			this.#total.drop(outcome.reason);
			return undefined;
		}
		this.#tellTotal(before, row, place);
		return side === 'train' ? 0 : 1;
	}

	#tell(at: number, outcome: StepOutcome, row: WorkRow, place: RowPlace): void {
		const counter = this.#counters[at];
		const { ledger } = this.parts;
		if (!counter) {
			return;
		}
		const { step } = counter;
		if (outcome.kind === 'kept') {
			counter.keep();
			ledger.kept(step, place);
			return;
		}
		const id = row.id();
		const { reason } = outcome;
		if (outcome.kind === 'changed') {
			counter.change(reason);
			ledger.changed(step, place, { id, reason, edits: outcome.edits });
			this.#samples.offer(
				{ step, id, kind: 'changed', reason, edits: outcome.edits, ...place },
				row.bytes,
			);
		} else {
			counter.drop(reason);
			ledger.dropped(step, place, { id, reason });
			this.#samples.offer({ step, id, kind: 'dropped', reason, edits: [], ...place }, row.bytes);
		}
	}

	#tellTotal(before: WorkRow, after: WorkRow, place: RowPlace): void {
		if (before.bytes === after.bytes) {
			this.#total.keep();
			this.parts.ledger.kept(whole, place);
		} else {
			this.#total.change('changed by at least one step');
		}
	}
}

function perform(step: CompiledStep, row: WorkRow): StepOutcome {
	return 'global' in step ? step.global.judge(row) : step.local(row);
}
