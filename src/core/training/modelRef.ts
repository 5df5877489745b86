import { WindsockError } from '../base/errors';
import { err, ok, type Result } from '../base/result';
import type { RunSummary } from './runLibrary';

/** How a person names a model, in recipes and on the command line. */
export type ModelRef =
	| { readonly kind: 'base' }
	| { readonly kind: 'tiny' }
	/** `run` as `findRunId` takes it: an id, a beginning or end of one, or a name. */
	| { readonly kind: 'run'; readonly run: string; readonly step?: number }
	| { readonly kind: 'path'; readonly path: string }
	| { readonly kind: 'hub'; readonly id: string; readonly revision?: string }
	| { readonly kind: 'endpoint'; readonly name: string }
	/** A language model of the editor, which only the editor can ask. */
	| { readonly kind: 'vscode'; readonly id: string };

const runAndStep = /^([\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}?)(?:@(\d+))?$/u;
const hubId = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/;

export function parseModelRef(text: string): Result<ModelRef> {
	const ref = text.trim();
	if (ref === 'base' || ref === 'tiny') {
		return ok({ kind: ref });
	}
	const colon = ref.indexOf(':');
	const rest = ref.slice(colon + 1);
	const invalid = err(new WindsockError('modelRefInvalid', { ref: text }));
	if (colon < 0 || rest === '') {
		return invalid;
	}
	switch (ref.slice(0, colon)) {
		case 'run': {
			const match = runAndStep.exec(rest);
			const [, run, step] = match ?? [];
			if (run === undefined) {
				return invalid;
			}
			return ok(
				step === undefined ? { kind: 'run', run } : { kind: 'run', run, step: Number(step) },
			);
		}
		case 'path':
			return ok({ kind: 'path', path: rest });
		case 'hub': {
			const at = rest.indexOf('@');
			const id = at < 0 ? rest : rest.slice(0, at);
			const revision = at < 0 ? undefined : rest.slice(at + 1);
			if (!hubId.test(id) || revision === '') {
				return invalid;
			}
			return ok(revision === undefined ? { kind: 'hub', id } : { kind: 'hub', id, revision });
		}
		case 'endpoint':
			return ok({ kind: 'endpoint', name: rest });
		case 'vscode':
			return ok({ kind: 'vscode', id: rest });
		default:
			return invalid;
	}
}

export function formatModelRef(ref: ModelRef): string {
	switch (ref.kind) {
		case 'base':
		case 'tiny':
			return ref.kind;
		case 'run':
			return `run:${ref.run}${ref.step === undefined ? '' : `@${ref.step}`}`;
		case 'path':
			return `path:${ref.path}`;
		case 'hub':
			return `hub:${ref.id}${ref.revision === undefined ? '' : `@${ref.revision}`}`;
		case 'endpoint':
			return `endpoint:${ref.name}`;
		case 'vscode':
			return `vscode:${ref.id}`;
	}
}

/** Shortest part of an id that may stand for it; shorter words are names. */
const shortestPart = 4;

/**
 * The run that a person means: by its whole id, by a beginning or end that only one run has, or by
 * name, where the newest run of that name that has finished wins, else the newest. Fails with
 * `runUnknown`.
 */
export function findRunId(
	text: string,
	runs: readonly Pick<RunSummary, 'id' | 'name' | 'state'>[],
): Result<string> {
	const named = runs.filter(run => run.name === text).toSorted((a, b) => (a.id < b.id ? 1 : -1));
	const byName = named.find(run => run.state === 'finished') ?? named[0];
	const part = text.toUpperCase();
	const byPart = runs.filter(
		run => part.length >= shortestPart && (run.id.startsWith(part) || run.id.endsWith(part)),
	);
	const whole = runs.find(run => run.id === part);
	const found = whole ?? byName ?? (byPart.length === 1 ? byPart[0] : undefined);
	return found === undefined ? err(new WindsockError('runUnknown', { run: text })) : ok(found.id);
}
