import { labels, type Label } from '../annotation';
import { agreedLabel } from './agreedLabel';
import { agreements, type Agreement } from './agreement';
import { isReviewed, saysSomething, type Annotation } from './annotationFold';

/** What one annotator has said, in numbers. */
export interface AuthorReport {
	readonly author: string;
	/** Examples about which anything is said. */
	readonly examples: number;
	readonly labels: Readonly<Record<Label, number>>;
	readonly rated: number;
	/** Mean of the ratings, 1 to 5; absent where there is none. */
	readonly meanRating?: number;
	readonly tagged: number;
	readonly notes: number;
	readonly skipped: number;
	/** Seconds over all examples, pauses left out. */
	readonly seconds: number;
	/** Median over the examples that are decided or rated and were timed. */
	readonly secondsPerExample?: number;
}

/** How two annotators agree, with the number of their disagreements in place of the examples. */
export type AgreementReport = Omit<Agreement, 'disagreements'> & {
	readonly disagreements: number;
};

/** The annotations of a dataset in numbers. */
export interface AnnotationReport {
	/** Examples about which a person says anything. */
	readonly examples: number;
	/** Decisions, those of several annotators about one example taken together. */
	readonly labels: Readonly<Record<Label, number>>;
	/** Examples that annotators decided differently. */
	readonly disputed: number;
	/** In the order of their names. */
	readonly authors: readonly AuthorReport[];
	/** Of every two annotators. */
	readonly agreement: readonly AgreementReport[];
	/** How many examples have each tag, the most frequent first. */
	readonly tags: readonly { readonly tag: string; readonly examples: number }[];
	/** Tools that suggest labels, and for how many examples. */
	readonly suggestions: readonly { readonly tool: string; readonly examples: number }[];
}

type Said = ReadonlyMap<string, Annotation>;

/** @param answers what each annotator says by example; `suggestions` the same of tools */
export function annotationReport(
	answers: ReadonlyMap<string, Said>,
	suggestions: ReadonlyMap<string, Said>,
): AnnotationReport {
	const speaking = new Map(
		[...answers].map(([author, said]) => [author, speakingOnly(said)] as const),
	);
	const byExample = new Map<string, { label: Label | undefined; isDisputed: boolean }>();
	const tags = new Map<string, Set<string>>();
	for (const said of speaking.values()) {
		for (const [id, annotation] of said) {
			byExample.set(id, together(byExample.get(id), annotation.label));
			for (const tag of annotation.tags) {
				tags.set(tag, (tags.get(tag) ?? new Set()).add(id));
			}
		}
	}
	const decided = [...byExample.values()];
	return {
		examples: byExample.size,
		labels: countLabels(decided.map(({ label }) => label)),
		disputed: decided.filter(({ isDisputed }) => isDisputed).length,
		authors: [...speaking]
			.filter(([, said]) => said.size > 0)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([author, said]) => authorReport(author, [...said.values()])),
		agreement: agreements(new Map([...speaking].filter(([, said]) => said.size > 0))).map(
			({ disagreements, ...rest }) => ({ ...rest, disagreements: disagreements.length }),
		),
		tags: [...tags]
			.map(([tag, examples]) => ({ tag, examples: examples.size }))
			.sort((a, b) => b.examples - a.examples || (a.tag < b.tag ? -1 : 1)),
		suggestions: [...suggestions].map(([tool, said]) => ({
			tool,
			examples: speakingOnly(said).size,
		})),
	};
}

/** Time alone says nothing. */
function speakingOnly(said: Said): Said {
	return new Map([...said].filter(([, annotation]) => saysSomething(annotation)));
}

function together(
	before: { label: Label | undefined; isDisputed: boolean } | undefined,
	label: Label | undefined,
): { label: Label | undefined; isDisputed: boolean } {
	const known = before?.label;
	const isDisputed =
		before?.isDisputed === true || (known !== undefined && label !== undefined && known !== label);
	return {
		label:
			known !== undefined && label !== undefined ? agreedLabel(known, label) : (known ?? label),
		isDisputed,
	};
}

function authorReport(author: string, said: readonly Annotation[]): AuthorReport {
	const ratings = said.flatMap(({ rating }) => rating ?? []);
	const times = said
		.filter(one => isReviewed(one) && one.seconds > 0)
		.map(({ seconds }) => seconds)
		.sort((a, b) => a - b);
	const middle = median(times);
	return {
		author,
		examples: said.length,
		labels: countLabels(said.map(({ label }) => label)),
		rated: ratings.length,
		...(ratings.length === 0
			? {}
			: { meanRating: ratings.reduce((sum: number, one) => sum + one, 0) / ratings.length }),
		tagged: said.filter(({ tags }) => tags.length > 0).length,
		notes: said.filter(({ note }) => note !== undefined).length,
		skipped: said.filter(one => one.isSkipped === true && !isReviewed(one)).length,
		seconds: tenths(said.reduce((sum, { seconds }) => sum + seconds, 0)),
		...(middle === undefined ? {} : { secondsPerExample: tenths(middle) }),
	};
}

/** Of ascending values. */
function median(values: readonly number[]): number | undefined {
	const upper = values[values.length >> 1];
	const lower = values[(values.length - 1) >> 1];
	return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}

function tenths(seconds: number): number {
	return Math.round(seconds * 10) / 10;
}

function countLabels(given: readonly (Label | undefined)[]): Record<Label, number> {
	const counts: Record<Label, number> = { keep: 0, drop: 0, fix: 0 };
	for (const label of labels) {
		counts[label] = given.filter(one => one === label).length;
	}
	return counts;
}
