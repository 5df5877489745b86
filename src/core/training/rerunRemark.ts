import type { RunMadeWith } from '../contract/runFiles.generated';

/**
 * `differs`: the inputs are the same, what they meet is not. `changed`: an input itself is not what
 * it was, and what is there now would be taken in its place.
 */
export type RerunLevel = 'differs' | 'changed';

/** What a run that is run again would have otherwise than the first time. */
export interface RerunRemark {
	readonly what: 'dataset' | 'code' | 'model' | 'environment' | 'host' | 'package' | 'prompts';
	readonly level: RerunLevel;
	/** A sentence. */
	readonly message: string;
}

/** What is otherwise between two looks at what runs are made with. Facts that one lacks are left out. */
export function madeWithRemarks(before: RunMadeWith, now: RunMadeWith): RerunRemark[] {
	const found: RerunRemark[] = [];
	const differs = (what: RerunRemark['what'], message: string): void => {
		found.push({ what, level: 'differs', message });
	};
	const versions = versionChanges(before, now);
	if (versions.length > 0) {
		differs('environment', `Other versions: ${versions.join(', ')}.`);
	}
	const [old, present] = [gpuText(before.gpus), gpuText(now.gpus)];
	if (before.gpus !== undefined && now.gpus !== undefined && old !== present) {
		differs('host', `Other GPUs: it was made with ${old}, here is ${present}.`);
	}
	if (before.driver !== undefined && now.driver !== undefined && before.driver !== now.driver) {
		differs('host', `Another GPU driver: ${before.driver} → ${now.driver}.`);
	}
	if (before.system !== undefined && now.system !== undefined && before.system !== now.system) {
		differs('host', `Another kind of machine: ${before.system} → ${now.system}.`);
	}
	return found;
}

/** “torch 2.13.0 → 2.13.1”, one for each package, and for Python itself. */
export function versionChanges(before: RunMadeWith, now: RunMadeWith): string[] {
	const [old, present] = [before.packages, now.packages];
	const names =
		old === undefined || present === undefined
			? []
			: [...new Set([...Object.keys(old), ...Object.keys(present)])].sort();
	const changes = names
		.filter(name => old?.[name] !== present?.[name])
		.map(name => `${name} ${old?.[name] ?? 'none'} → ${present?.[name] ?? 'none'}`);
	const isOther = before.python !== undefined && now.python !== undefined;
	return isOther && before.python !== now.python
		? [`Python ${before.python} → ${now.python}`, ...changes]
		: changes;
}

/** “4 × NVIDIA H100”, “no GPU” */
export function gpuText(names: readonly string[] = []): string {
	const counts = new Map<string, number>();
	for (const name of names) {
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	const parts = [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`));
	return parts.length === 0 ? 'no GPU' : parts.join(', ');
}

/** What the record of a host says of it; undefined for what is no such record. */
export function madeWithFrom(value: unknown): RunMadeWith | undefined {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		return undefined;
	}
	const { host, system, python, packages, gpus, driver, modelRevision, ...rest } =
		value as Readonly<Record<string, unknown>>;
	const { chatTemplate, arguments: taken } = rest;
	const texts = Object.entries({
		host,
		system,
		python,
		driver,
		modelRevision,
		chatTemplate,
	}).filter(([, text]) => typeof text === 'string');
	const isMap = typeof packages === 'object' && packages !== null && !Array.isArray(packages);
	return {
		...(Object.fromEntries(texts) as Record<string, string>),
		...(isMap
			? {
					packages: Object.fromEntries(
						Object.entries(packages).flatMap(([name, version]) =>
							typeof version === 'string' ? [[name, version]] : [],
						),
					),
				}
			: {}),
		...(Array.isArray(gpus) ? { gpus: gpus.filter(name => typeof name === 'string') } : {}),
		...(typeof taken === 'object' && taken !== null && !Array.isArray(taken)
			? { arguments: { ...taken } }
			: {}),
	};
}
