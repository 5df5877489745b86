import { argumentFindings } from '../recipeArguments';
import { trlOptions } from '../trlOptions';
import type { RecipeTranslation } from './recipeTranslation';

export type ImportMethod = 'sft' | 'dpo';

/** GPUs that the source was written for, and GPUs that will train. */
export interface GpuCounts {
	readonly before: number;
	readonly now: number;
}

/** Keys that mean the same to TRL, under the same name. */
export function keepTrlKeys(work: RecipeTranslation, method: ImportMethod): void {
	const options = trlOptions(method);
	for (const key of work.rest.filter(one => options.has(one))) {
		const [fault] = work.has(key) ? argumentFindings(method, { [key]: work.value(key) }) : [];
		if (fault === undefined && work.has(key)) {
			work.keep(key);
		} else {
			work.remove(key, fault?.message ?? '');
		}
	}
}

/** Evaluation needs rows, and a source that parted them off by chance leaves none. */
export function carryEvaluation(work: RecipeTranslation): void {
	const strategy = work.carried('eval_strategy');
	if (work.evalDatasets.length === 0 && strategy !== undefined && strategy !== 'no') {
		work.correct('eval_strategy', 'no', 'there is no dataset to evaluate on yet');
		work.drop('eval_steps');
	}
}

/**
 * What leaves the host, and code that comes with a model, stay off until somebody says so here: an
 * import is no consent.
 */
export function carryReporting(work: RecipeTranslation): void {
	if (work.isTrue('push_to_hub')) {
		const note = 'nothing is uploaded until you set it to true';
		work.change('push_to_hub', { push_to_hub: false }, note);
	}
	if (work.isTrue('trust_remote_code')) {
		const note = 'code of a model is run only when you say so here';
		work.change('trust_remote_code', { trust_remote_code: false }, note);
	}
	const where = work.value('report_to');
	if (where !== undefined && where !== 'none') {
		const note = `was ${String(where)}: the run monitor has the metrics; set it back to report there too`;
		work.change('report_to', { report_to: 'none' }, note);
	}
}

/** Words that TRL has for what others call differently, in values that were carried over. */
export function carryValueNames(work: RecipeTranslation): void {
	const packing = { ffd: 'bfd', 'bfd-requeue': 'bfd_split' };
	const strategy = packing[String(work.carried('packing_strategy')) as keyof typeof packing];
	if (strategy !== undefined) {
		work.correct('packing_strategy', strategy, 'TRL’s name for it now');
	}
}

/** All that is left: named, so that nobody believes it carried over. */
export function nameTheRest(work: RecipeTranslation, tool: string): void {
	for (const key of work.rest) {
		work.remove(key, `an option of ${tool} that TRL does not have`);
	}
}

/** A model of the Hub or a folder as recipes name it. */
export function modelReference(name: string, revision: string | undefined): string {
	const isPath = /^(?:[./~]|[A-Za-z]:[\\/])/.test(name) || name.split('/').length > 2;
	if (isPath) {
		return `path:${name}`;
	}
	return `hub:${name}${revision === undefined || revision === 'main' ? '' : `@${revision}`}`;
}

/** The blocks of names and values in a list; anything may stand in a file of somebody else's. */
export function recordsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
	return (Array.isArray(value) ? (value as unknown[]) : []).filter(
		(one): one is Record<string, unknown> =>
			typeof one === 'object' && one !== null && !Array.isArray(one),
	);
}

/** A dataset of the Hub as recipes name it. */
export function hubDataset(id: string, revision?: string): string {
	return `hf://datasets/${id}${revision === undefined ? '' : `@${encodeURIComponent(revision)}`}`;
}

/**
 * Weights stored in bfloat16 lose most steps of a small learning rate; where the source relied on
 * fp32 masters (DeepSpeed, FSDP), or stored them so without saying, they are float32 here and are
 * computed with in bfloat16. The base below an adapter stands still and may be bfloat16.
 *
 * @param key the source's key for it
 */
export function carryDtype(work: RecipeTranslation, key: string, isAdapter: boolean): void {
	const written = work.value(key);
	const was = written === undefined ? 'null' : String(written);
	if (isAdapter) {
		const dtype = /16$|^auto$/.test(was) ? was : 'float32';
		if (work.has(key)) {
			work.change(key, { dtype }, 'the base of an adapter is only read, so it may be coarse');
		} else {
			work.remove(key, 'the base is loaded as float32');
		}
		return;
	}
	const note =
		was === 'float32'
			? ''
			: was === 'null'
				? 'nothing meant float32 then and means bfloat16 now'
				: `${was} with masters of float32: as such it would store too few digits for small steps`;
	work.change(key, { dtype: 'float32' }, note);
}

/**
 * The same global batch (rows of a step over all GPUs) on another number of GPUs, by accumulation
 * and, where that does not divide, a smaller batch per GPU.
 */
export function carryGlobalBatch(work: RecipeTranslation, { before, now }: GpuCounts): void {
	const batchKey = 'per_device_train_batch_size';
	const batch = Number(work.carried(batchKey) ?? 8);
	const passes = Number(work.carried('gradient_accumulation_steps') ?? 1);
	const global = batch * passes * before;
	if (before === now || !Number.isInteger(global) || global < 1) {
		return;
	}
	const perGpu = global / now;
	if (!Number.isInteger(perGpu)) {
		work.correct(
			'gradient_accumulation_steps',
			Math.max(1, Math.round(perGpu / batch)),
			`the global batch of ${global} does not divide by ${now} GPUs; this is the nearest`,
		);
		return;
	}
	let size = Math.min(batch, perGpu);
	while (perGpu % size !== 0) {
		size--;
	}
	const note = `keeps the global batch of ${global} on ${now === 1 ? 'one GPU' : `${now} GPUs`} instead of ${before}`;
	if (size !== batch) {
		work.correct(batchKey, size, note);
	}
	work.correct('gradient_accumulation_steps', perGpu / size, note);
}

/** Keys by which other tools choose how a model is laid over GPUs. */
const shardingKeys = ['deepspeed', 'fsdp', 'fsdp_config', 'fsdp_version', 'accelerate_config'];

/**
 * How the model is laid over several GPUs. ZeRO-3 becomes FSDP 2, which shards the same and needs no
 * further package; on one GPU there is nothing to lay out.
 *
 * @param unsaid what the source's tool does where it says nothing
 */
export function carrySharding(
	work: RecipeTranslation,
	{ now }: GpuCounts,
	unsaid: 'fsdp2' | 'multi_gpu',
): void {
	const said = shardingKeys.filter(key => work.has(key));
	const stage = /(?:zero|z|stage)[_-]?([123])/i.exec(
		said.map(key => JSON.stringify(work.value(key))).join(' '),
	)?.[1];
	const isFsdp = said.some(key => key.startsWith('fsdp'));
	const config = isFsdp || stage === '3' ? 'fsdp2' : stage === undefined ? unsaid : `zero${stage}`;
	for (const key of shardingKeys) {
		if (now === 1) {
			work.remove(key, 'one GPU holds all of it');
		} else if (said.includes(key)) {
			const more = config.startsWith('zero') ? '; it needs the package deepspeed on the host' : '';
			work.move(key, ['accelerate_config'], `${config}${more}`);
		} else {
			work.remove(key, '');
		}
	}
	if (now > 1) {
		work.add('accelerate_config', config, `for ${now} GPUs`);
		work.add('num_processes', now, 'one for each GPU');
	}
}

/** A template that stands in the recipe becomes a file beside it. */
export function carryTemplate(work: RecipeTranslation, key: string): void {
	const template = work.value(key);
	if (typeof template !== 'string' || template.trim() === '') {
		work.remove(key, '');
	} else if (template.includes('{')) {
		const name = `${work.stem}.jinja`;
		work.files.push({ name, text: template });
		work.change(key, { chat_template_path: name }, 'the template is a file beside the recipe now');
	} else {
		work.remove(
			key,
			`the model’s own template is used; for “${template}” write it to a .jinja file and name that in chat_template_path`,
		);
	}
}
