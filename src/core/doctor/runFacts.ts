import type { Method } from '../metrics/panels';
import { isTrlMethod, trlOptions } from '../training/trlOptions';

/** What is known of a run beside its numbers. Of a foreign file most of it is not. */
export interface KnownRun {
	readonly method?: Method;
	/** The arguments of its recipe; what is not there has TRL's default. Undefined: nobody knows. */
	readonly arguments?: Readonly<Record<string, unknown>>;
	/** Steps of the whole run. */
	readonly maxSteps?: number;
	/** Its name says how large it is. */
	readonly model?: string;
	/** A model made for a first try, whose numbers are unlike those of real ones. */
	readonly isTinyModel?: boolean;
}

/** How it stands with a run that is going at this moment. */
export interface LiveState {
	/** Seconds since its last step. */
	readonly secondsSinceStep: number;
	/** Steps are due: it is neither loading nor saving nor evaluating. */
	readonly isTraining: boolean;
}

/** A run's arguments as the rules ask for them. */
export class RunFacts {
	readonly method: Method | undefined;

	constructor(
		readonly known: KnownRun,
		/** The method that the metrics themselves speak of. */
		seen: Method | undefined,
		/** No GPU was used. */
		readonly isOnCpu: boolean,
	) {
		this.method = known.method === 'script' ? (seen ?? 'script') : (known.method ?? seen);
	}

	/** Whether the recipe is there, so that what it does not say has its default. */
	get hasArguments(): boolean {
		return this.known.arguments !== undefined && this.known.method !== 'script';
	}

	/** An argument as given, else TRL's default; undefined where the recipe is not known. */
	value(name: string): unknown {
		const given = this.known.arguments?.[name];
		if (given !== undefined || !this.hasArguments || !isTrlMethod(this.method)) {
			return given;
		}
		return trlOptions(this.method).get(name)?.default;
	}

	number(name: string): number | undefined {
		const value = this.value(name);
		return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
	}

	is(name: string): boolean {
		return this.value(name) === true;
	}

	/** β of a preference method. Undefined where nobody knows it. */
	get beta(): number | undefined {
		const beta = this.number('beta');
		return beta !== undefined && beta > 0 ? beta : undefined;
	}

	/** An adapter is trained rather than all weights; undefined where nobody knows. */
	get isAdapter(): boolean | undefined {
		if (!this.hasArguments) {
			return undefined;
		}
		return this.is('use_peft') || this.is('load_in_4bit') || this.is('load_in_8bit');
	}

	/** DPO with the sigmoid loss and nothing beside it: at its start the loss is ln 2. */
	get isPlainSigmoid(): boolean {
		const losses = [this.value('loss_type')].flat();
		const weights = this.value('loss_weights');
		const isWeighed = Array.isArray(weights) && weights.some(weight => weight !== 1);
		return (
			this.method === 'dpo' &&
			this.hasArguments &&
			losses.length === 1 &&
			losses[0] === 'sigmoid' &&
			!isWeighed &&
			!this.is('use_weighting') &&
			!this.is('output_router_logits') &&
			[undefined, null, 0].includes(this.value('rpo_alpha') as null)
		);
	}

	/** Computed in single precision, so that what should be equal is equal but for rounding. */
	get isSinglePrecision(): boolean {
		const { hasArguments } = this;
		const isHalf = ['bfloat16', 'float16'].includes(String(this.value('dtype')));
		const isPlain = this.isOnCpu || this.is('use_cpu') || this.known.arguments?.['bf16'] === false;
		return (
			hasArguments &&
			isPlain &&
			!isHalf &&
			this.known.arguments?.['bf16'] !== true &&
			!this.is('fp16')
		);
	}

	/** Too small to be held against what others train with. */
	get isToy(): boolean {
		return this.known.isTinyModel === true || this.isOnCpu || this.is('use_cpu');
	}
}
