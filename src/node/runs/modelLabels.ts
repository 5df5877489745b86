import { findRunId, parseModelRef } from '../../core/training/modelRef';
import type { RunSummary } from '../../core/training/runLibrary';

/** Short, unlike names for the models of a comparison; each is also a file name. */
export function modelLabels(
	refs: readonly string[],
	runs: readonly Pick<RunSummary, 'id' | 'name' | 'state'>[],
): string[] {
	const taken = new Set<string>();
	return refs.map(ref => {
		const wanted = shortName(ref, runs)
			.replace(/[^\p{L}\p{N}._-]+/gu, '-')
			.replace(/^[.-]+/, '');
		const label = wanted === '' ? 'model' : wanted;
		let free = label;
		for (let n = 2; taken.has(free); n++) {
			free = `${label}-${n}`;
		}
		taken.add(free);
		return free;
	});
}

function shortName(
	text: string,
	runs: readonly Pick<RunSummary, 'id' | 'name' | 'state'>[],
): string {
	const ref = parseModelRef(text);
	if (!ref.ok) {
		return text;
	}
	switch (ref.value.kind) {
		case 'base':
		case 'tiny':
			return ref.value.kind;
		case 'run': {
			const id = findRunId(ref.value.run, runs);
			const name = runs.find(run => id.ok && run.id === id.value)?.name ?? ref.value.run.slice(-6);
			return ref.value.step === undefined ? name : `${name}-${ref.value.step}`;
		}
		case 'path':
			return ref.value.path.split('/').findLast(part => part !== '') ?? 'path';
		case 'hub':
			return ref.value.id.split('/').at(-1) ?? ref.value.id;
		case 'endpoint':
			return ref.value.name;
		case 'vscode':
			return ref.value.id.split('/').at(-1) ?? ref.value.id;
	}
}
