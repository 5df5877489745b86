import type { Values } from './preflightReport';
import { sayer } from './wording';

/** What is to say of one row beside the sentence of its kind; empty where there is nothing. */
export function rowFacts(values: Values): string {
	const say = sayer(values);
	return Object.entries(values)
		.flatMap(([name, value]) => {
			switch (name) {
				case 'message':
					// Hosts count messages from 0, people from 1.
					return typeof value === 'number' ? [`message ${value + 1}`] : [];
				case 'dropped':
					// The sentence of the kind says so.
					return [];
				case 'kind':
					// The source that stands beside it says more.
					return [];
				case 'reason':
				case 'said':
				case 'side':
				case 'where':
					return [say.text(name)];
				case 'meant':
					return [`“${say.text(name)}” is meant`];
				case 'role':
				case 'source':
				case 'key':
				case 'token':
					return [`“${say.text(name)}”`];
				case 'columns':
					return [`it has ${say.list(name)}`];
				case 'wanted':
					return [`wanted: ${say.text(name)}`];
				case 'first':
					return [`before: ${Array.isArray(value) ? say.list(name) : say.text(name)}`];
				case 'second':
					return [`here: ${say.text(name)}`];
				case 'tokens':
					return [`${say.number(name)} tokens`];
				case 'cutTrained':
					return value === 0 ? [] : [`${say.number(name)} tokens with loss are cut`];
				default:
					return [`${name} ${say.text(name)}`];
			}
		})
		.join(', ');
}
