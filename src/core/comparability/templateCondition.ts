import type { RunSpec } from '../contract/runFiles.generated';
import type { Hash } from '../dataset/exampleId';
import type { RunInputs } from '../training/runDiff';
import { known, notRecorded, type Condition } from './condition';

/** A run by its id; undefined where it is not at hand. */
export type RunLookup = (runId: string) => RunInputs | undefined;

/** A chain of runs, each from a checkpoint of the one before, is longer only by mistake. */
const longestChain = 32;

/**
 * The chat template that a run's rows were written with: as its trainer recorded it, else the
 * recipe's own, else that of the run or model that it started from.
 */
export function templateCondition(inputs: RunInputs, lookup: RunLookup, hash: Hash): Condition {
	let run = inputs;
	for (let length = 0; length < longestChain; length++) {
		const own = ownTemplate(run, hash);
		if (own !== undefined) {
			return own;
		}
		const { model } = run.spec;
		const parent = model?.runId === undefined ? undefined : lookup(model.runId);
		if (parent === undefined) {
			return modelTemplate(run);
		}
		run = parent;
	}
	return notRecorded;
}

/** Undefined where the run takes the template of what it starts from. */
function ownTemplate({ spec, madeWith }: RunInputs, hash: Hash): Condition | undefined {
	const recorded: unknown = madeWith?.['chatTemplate'];
	if (typeof recorded === 'string' && /^[0-9a-f]{64}$/.test(recorded)) {
		return templateOf(recorded, spec);
	}
	if (spec.train?.chatTemplate !== undefined) {
		return templateOf(hash(spec.train.chatTemplate), spec);
	}
	// The template of a model of the Hub, whose content nobody recorded.
	return spec.train?.arguments['chat_template_path'] == null ? undefined : notRecorded;
}

function templateOf(sha256: string, { train }: RunSpec): Condition {
	const path: unknown = train?.arguments['chat_template_path'];
	const name = typeof path === 'string' ? `${path.split(/[\\/]/).at(-1)} ` : '';
	return known(sha256, `${name}${sha256.slice(0, 6)}`);
}

function modelTemplate({ spec, madeWith }: RunInputs): Condition {
	const { model } = spec;
	const source = (what: string, exact: string | undefined): Condition =>
		exact === undefined ? notRecorded : { isKnown: false, source: `${what} ${exact}` };
	switch (model?.kind) {
		case 'tiny':
			return source('package', spec.package?.hash);
		case 'hub': {
			const revision = madeWith?.modelRevision ?? model.revision;
			const isCommit = revision !== undefined && /^[0-9a-f]{40}$/.test(revision);
			return source(`hub ${model.hubId ?? model.ref}`, isCommit ? revision : undefined);
		}
		case 'checkpoint':
		case 'path':
			return source('content', model.content);
		default:
			return notRecorded;
	}
}
