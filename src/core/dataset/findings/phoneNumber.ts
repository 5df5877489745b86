import type { Check, CheckedText, Place } from './check';
import { codeSpans, isWithin, type Spans } from './codeSpans';

export const phoneNumber: Check = {
	code: 'phoneNumber',
	severity: 'warning',
	shortName: 'telephone number',
	otherNames: ['phone', 'telephone'],
	sentence: detail => `There is a telephone number: ${detail ?? ''}.`,
	place: 'anywhere',
	ofText: ({ text, profile }: CheckedText) => firstNumber(text, profile.numbers),
};

/** With a country's code. */
const international = /^\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,6}(?!\d)/;
/** As the United States and Canada write it. */
const american = /^(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[.-]\d{4}(?!\d|[.-]\d)/;
/** Any group of digits that is called a telephone number. */
const anyGroups = /^\(?\d{2,5}\)?(?:[ ./-]{1,2}\d{2,8}){1,5}(?!\d)|^\d{9,12}(?!\d)/;
const calledSo =
	/\b(?:phone|telephone|tel|telefon|telefono|teléfono|téléphone|mobile|cell|cellphone|handy|fax|whatsapp|hotline|call(?: me| us| him| her)?(?: (?:at|on))?|dial|reach(?: me| us)? (?:at|on)|text me(?: at| on)?|ring)(?:\s?(?:number|no|nr|nummer))?\.?\s?(?:is|at|on|:)?\W{0,4}$/i;
/** 555, 123-456-7890 and repeated digits stand for nobody. */
const placeholder = /^(?:\+?1)?(?:\d{3}555\d{4}|555\d{4,7}|1?234567\d*|0?123456\d*|(\d)\1{6,})$/;

function firstNumber(text: string, starts: readonly number[]): Place | undefined {
	let code: Spans | undefined;
	for (const start of starts) {
		const at = withSigns(text, start);
		const rest = text.slice(at, at + 40);
		const found = numberIn(rest, text.slice(Math.max(0, at - 40), at));
		if (found === undefined || !isApart(text, at) || isPlaceholder(found)) {
			continue;
		}
		code ??= codeSpans(text);
		if (!isWithin(code, at)) {
			return { detail: `“${found}”`, start: at, end: at + found.length };
		}
	}
	return undefined;
}

/** Takes the `+` or `(` before the first digit in. */
function withSigns(text: string, start: number): number {
	const before = text.slice(Math.max(0, start - 2), start);
	return start - (before.endsWith('+(') ? 2 : /[+(]$/.test(before) ? 1 : 0);
}

function numberIn(rest: string, before: string): string | undefined {
	const own = (international.exec(rest) ?? american.exec(rest))?.[0];
	if (own !== undefined) {
		const count = digitsOf(own).length;
		return count >= 9 && count <= 15 ? own : undefined;
	}
	const called = calledSo.test(before) ? anyGroups.exec(rest)?.[0] : undefined;
	const count = called === undefined ? 0 : digitsOf(called).length;
	return count >= 7 && count <= 13 ? called : undefined;
}

/** Nothing that belongs to a longer number, an address or a name stands right before. */
function isApart(text: string, at: number): boolean {
	return !/[\p{L}\d_.,/=#$€£-]$/u.test(text.slice(Math.max(0, at - 2), at).replace(/^.*\s/s, ''));
}

function isPlaceholder(number: string): boolean {
	return placeholder.test(digitsOf(number));
}

function digitsOf(number: string): string {
	return number.replaceAll(/\D/g, '');
}
