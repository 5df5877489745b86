import { WindsockError } from '../base/errors';
import { err, ok, type Result } from '../base/result';
import { nearestName } from '../training/nearestName';

/** What a job asks Slurm for. A recipe may say it too: it names no command and no file. */
export interface SlurmResources {
	readonly partition?: string;
	readonly account?: string;
	readonly qos?: string;
	readonly constraint?: string;
	/** As `--gres` takes it: `gpu:a100:4`. */
	readonly gres?: string;
	readonly gpusPerNode?: number;
	readonly cpusPerTask?: number;
	/** Per node, as `--mem` takes it: `64G`. */
	readonly memory?: string;
	/** As `--time` takes it: `2-00:00:00`. */
	readonly time?: string;
	readonly nodes?: number;
	/** Processes per node; by default one per GPU. */
	readonly ranksPerNode?: number;
}

/** The image that a job runs in, with the places of runs, environments, models and inputs mounted. */
export interface SlurmContainer {
	readonly kind: 'apptainer' | 'pyxis';
	readonly image: string;
	/** Further folders of the host that the job sees under their own names. */
	readonly mounts?: readonly string[];
}

/** The settings of one cluster. Machine-scoped: they name commands and images. */
export interface SlurmSettings extends SlurmResources {
	/** Further options of sbatch, one an entry: `--exclusive`. */
	readonly directives?: readonly string[];
	/** Shell lines before the run: modules, exports. */
	readonly prelude?: string | readonly string[];
	/** Runs everything in a container, on one node. */
	readonly container?: SlurmContainer;
	/** Whether the job goes back into the queue after preemption and at its time limit. Default true. */
	readonly requeue?: boolean;
	/** Seconds before the time limit at which the run saves. Default 120. */
	readonly saveSeconds?: number;
}

const words = ['partition', 'account', 'qos', 'constraint', 'gres', 'memory', 'time'] as const;
const counts = ['gpusPerNode', 'cpusPerTask', 'nodes', 'ranksPerNode'] as const;
const ofMachine = ['directives', 'prelude', 'container', 'requeue', 'saveSeconds'] as const;
/** How sbatch itself calls them. */
const slurmsOwn: Readonly<Record<string, (typeof words | typeof counts)[number]>> = {
	p: 'partition',
	A: 'account',
	q: 'qos',
	C: 'constraint',
	mem: 'memory',
	t: 'time',
	'time-limit': 'time',
	N: 'nodes',
	c: 'cpusPerTask',
	cpus: 'cpusPerTask',
	'cpus-per-task': 'cpusPerTask',
	gpus: 'gpusPerNode',
	'gpus-per-node': 'gpusPerNode',
	ntasks: 'ranksPerNode',
	'ntasks-per-node': 'ranksPerNode',
};
/** Options that a run depends on, so no free line may change them. */
const ownOptions =
	/^(#SBATCH )?(--(job-name|comment|output|error|open-mode|array|signal|requeue|no-requeue|wrap|parsable|test-only|ntasks|ntasks-per-node)\b(?!-)|-[JoeanQ](?![a-z]))/;
const resourceNames: readonly string[] = [...words, ...counts];

/**
 * The settings of a cluster with what a recipe and a launch ask for laid over them, all checked.
 * Later ones win; `null` takes a value away.
 */
export function slurmSettings(
	host: string,
	machine: unknown,
	...asked: readonly unknown[]
): Result<SlurmSettings> {
	const refuse = (reason: string): Result<never> =>
		err(new WindsockError('slurmInvalid', { host, reason }));
	const merged: Record<string, unknown> = {};
	for (const [index, layer] of [machine, ...asked].entries()) {
		if (layer === undefined) {
			continue;
		}
		if (typeof layer !== 'object' || layer === null || Array.isArray(layer)) {
			return refuse('it must be a list of “name: value”');
		}
		for (const [name, value] of Object.entries(layer)) {
			const known = resourceNames.includes(name);
			if (!known && !(index === 0 && (ofMachine as readonly string[]).includes(name))) {
				const names = index === 0 ? [...resourceNames, ...ofMachine] : resourceNames;
				const meant = slurmsOwn[name.replace(/^-+/, '')] ?? nearestName(name, names);
				const hint = meant === undefined ? '' : `; did you mean “${meant}”?`;
				return refuse(`“${name}” is not one of ${names.join(', ')}${hint}`);
			}
			merged[name] = value;
		}
	}
	const settings = Object.fromEntries(
		Object.entries(merged).filter(([, value]) => value !== null && value !== undefined),
	);
	const fault = faultIn(settings);
	return fault === undefined ? ok(settings) : refuse(fault);
}

/** Processes per node that train together. */
export function ranksPerNode(settings: SlurmSettings): number {
	const named = /(?:^|,)gpu(?::[^,:]+)?:(\d+)(?:,|$)/.exec(settings.gres ?? '')?.[1];
	return settings.ranksPerNode ?? settings.gpusPerNode ?? (named === undefined ? 1 : Number(named));
}

function faultIn(settings: Readonly<Record<string, unknown>>): string | undefined {
	for (const name of words) {
		const value = settings[name];
		const text = typeof value === 'number' ? String(value) : value;
		// What Slurm's own lists and times are made of; nothing that ends a line or begins an option.
		if (
			value !== undefined &&
			!(typeof text === 'string' && /^[\w[(*][\w.,:=+*/@&|()[\]-]*$/.test(text))
		) {
			return `${name} is not a value that Slurm takes: ${JSON.stringify(value)}`;
		}
	}
	for (const name of counts) {
		const value = settings[name];
		if (value !== undefined && !(Number.isInteger(value) && Number(value) > 0)) {
			return `${name} must be a whole number from 1`;
		}
	}
	return machineFault(settings);
}

function machineFault(settings: Readonly<Record<string, unknown>>): string | undefined {
	const { directives, prelude, container, requeue, saveSeconds, nodes } = settings;
	if (directives !== undefined && !isListOf(directives, /^(#SBATCH )?--?[A-Za-z][^\n\r\0]*$/)) {
		return 'directives must be a list of options of sbatch, such as "--exclusive"';
	}
	const own = (directives as readonly string[] | undefined)?.find(line => ownOptions.test(line));
	if (own !== undefined) {
		return `directives cannot say ${own}: the run depends on that option`;
	}
	if (prelude !== undefined && typeof prelude !== 'string' && !isListOf(prelude, /^[^\0]*$/)) {
		return 'prelude must be shell lines';
	}
	if (requeue !== undefined && typeof requeue !== 'boolean') {
		return 'requeue must be true or false';
	}
	if (saveSeconds !== undefined && !(Number.isInteger(saveSeconds) && Number(saveSeconds) >= 0)) {
		return 'saveSeconds must be a whole number';
	}
	if (container === undefined) {
		return undefined;
	}
	const { kind, image, mounts } = container as Readonly<Record<string, unknown>>;
	if (kind !== 'apptainer' && kind !== 'pyxis') {
		return 'container.kind must be apptainer or pyxis';
	}
	if (typeof image !== 'string' || !/^[^\n\r\0-][^\n\r\0]*$/.test(image)) {
		return 'container.image must name an image';
	}
	if (mounts !== undefined && !isListOf(mounts, /^\/[^\n\r\0:,]*$/)) {
		return 'container.mounts must be a list of whole paths without “:” and “,”';
	}
	return Number(nodes ?? 1) > 1 ? 'a container runs on one node' : undefined;
}

function isListOf(value: unknown, pattern: RegExp): boolean {
	return (
		Array.isArray(value) && value.every(entry => typeof entry === 'string' && pattern.test(entry))
	);
}
