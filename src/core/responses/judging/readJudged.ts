import { isRecord } from '../formats/exactRows';
import type { Judged } from './judged';
import { judgeProtocols } from './published/judgeProtocol';

type Check = (value: unknown) => boolean;

const isText: Check = value => typeof value === 'string';
const isNumber: Check = value => typeof value === 'number' && Number.isFinite(value);
const optional =
	(check: Check): Check =>
	value =>
		value === undefined || check(value);
const listOf =
	(check: Check): Check =>
	value =>
		Array.isArray(value) && value.every(item => check(item));
const withFields =
	(fields: Readonly<Record<string, Check>>): Check =>
	value =>
		isRecord(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

const isJudgment = withFields({
	promptId: isText,
	first: isText,
	second: isText,
	repeat: isNumber,
	verdict: value =>
		value === undefined || value === 'first' || value === 'second' || value === 'tie',
});
const isRow = withFields({
	promptId: isText,
	model: isText,
	against: optional(isText),
	value: optional(isNumber),
	flipped: optional(value => typeof value === 'boolean'),
});
/** What of a result is shown again; the rest is counted from the rows. */
const isResult = withFields({
	protocol: isText,
	models: listOf(
		withFields({
			model: isText,
			baseline: optional(isText),
			category: optional(isText),
			score: optional(isNumber),
			judgments: optional(isNumber),
			interval: optional(withFields({ low: isNumber, high: isNumber })),
		}),
	),
});
const isFigure = withFields({ model: isText, value: isNumber, source: isText });

const isWindsock = withFields({ reference: isText, judgments: listOf(isJudgment) });
const isProtocol = withFields({
	protocol: value => judgeProtocols.some(name => name === value),
	rows: listOf(isRow),
	results: listOf(isResult),
	published: listOf(isFigure),
});
const isSaid = withFields({ schemaVersion: value => value === 1, judge: isText, time: isText });

/** What stands in a file beside a comparison, which anybody may have written. Undefined: nothing of the kind. */
export function judgedIn(value: unknown): Judged | undefined {
	if (!isRecord(value) || !isSaid(value)) {
		return undefined;
	}
	const { kind } = value;
	const isKnown =
		kind === 'windsock' ? isWindsock(value) : kind === 'protocol' && isProtocol(value);
	return isKnown ? (value as unknown as Judged) : undefined;
}
