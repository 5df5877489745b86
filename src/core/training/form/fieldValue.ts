import { parse, Scalar, stringify } from 'yaml';
import type { TrlOption } from '../trlOptions';

/**
 * The value that a form's field means, for `withKeys`: undefined takes the key out. What is no value
 * of the option's type is written as the text it is, and the check of recipes says so.
 */
export function fieldValue(text: string, option: TrlOption | undefined): unknown {
	const given = text.trim();
	if (given === '') {
		return undefined;
	}
	const types: readonly string[] = option?.types ?? ['string'];
	if (types.includes('boolean') && (given === 'true' || given === 'false')) {
		return given === 'true';
	}
	if ((types.includes('number') || types.includes('integer')) && isNumber(given)) {
		return numberAsWritten(given);
	}
	const isComposite = types.includes('array') || types.includes('object');
	return isComposite && /^[[{]/.test(given) ? composite(given) : given;
}

/** How a field shows a value; composite ones in one line. */
export function fieldText(value: unknown): string {
	if (value === undefined || value === null) {
		return '';
	}
	if (typeof value !== 'object') {
		return String(value);
	}
	const options = { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false } as const;
	return stringify(value, options).trim();
}

function isNumber(text: string): boolean {
	return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
}

/** `2e-5` stays in powers of ten: 0.00002 is hard to read and easy to get wrong. */
function numberAsWritten(text: string): unknown {
	const value = Number(text);
	if (!/e/i.test(text)) {
		return value;
	}
	const scalar = new Scalar(value);
	scalar.format = 'EXP';
	return scalar;
}

function composite(text: string): unknown {
	try {
		const value: unknown = parse(text, { maxAliasCount: 0 });
		return value;
	} catch {
		return text;
	}
}
