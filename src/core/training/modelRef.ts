import { WindsockError } from '../base/errors';
import { err, ok, type Result } from '../base/result';

/** How a person names a model, in recipes and on the command line. */
export type ModelRef =
	| { readonly kind: 'base' }
	| { readonly kind: 'tiny' }
	/** `id` may be abbreviated to a beginning or an end that only one run has. */
	| { readonly kind: 'run'; readonly id: string; readonly step?: number }
	| { readonly kind: 'path'; readonly path: string }
	| { readonly kind: 'hub'; readonly id: string; readonly revision?: string }
	| { readonly kind: 'endpoint'; readonly name: string };

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
			const match = /^([0-9A-Za-z]{4,26})(?:@(\d+))?$/.exec(rest);
			if (match?.[1] === undefined) {
				return invalid;
			}
			const id = match[1].toUpperCase();
			return ok(
				match[2] === undefined ? { kind: 'run', id } : { kind: 'run', id, step: Number(match[2]) },
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
			return `run:${ref.id}${ref.step === undefined ? '' : `@${ref.step}`}`;
		case 'path':
			return `path:${ref.path}`;
		case 'hub':
			return `hub:${ref.id}${ref.revision === undefined ? '' : `@${ref.revision}`}`;
		case 'endpoint':
			return `endpoint:${ref.name}`;
	}
}

/** The one id that equals, begins or ends with `abbreviation`; fails with `runUnknown` on none or several. */
export function expandRunId(abbreviation: string, ids: readonly string[]): Result<string> {
	const wanted = abbreviation.toUpperCase();
	if (ids.includes(wanted)) {
		return ok(wanted);
	}
	const found = ids.filter(id => id.startsWith(wanted) || id.endsWith(wanted));
	if (found.length === 1 && found[0] !== undefined && wanted.length > 0) {
		return ok(found[0]);
	}
	return err(new WindsockError('runUnknown', { run: abbreviation, matches: found.length }));
}
