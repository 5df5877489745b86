import type { PairedDifference } from '../../src/core/responses/behaviour/behaviourShift';
import { traitIds, traitNames, type TraitId } from '../../src/core/responses/behaviour/trait';
import type { Interval } from '../../src/core/responses/wilson';
import type { ReportedModel } from '../../src/core/responses/behaviour/behaviourReport';
import { percent, range } from './tallyWords';

/** One bar: a figure of a model, the prompts that it counts, and what stands beside it. */
export interface Bar {
	readonly key: string;
	/** From 0 to 1 along the bar. */
	readonly value: number;
	readonly interval: Interval;
	readonly figure: string;
	/** “+12”, in points of percent or in characters; absent for the reference and where nothing was answered by both. */
	readonly shift?: string;
	readonly isClear: boolean;
	/** All of it in words, for the tooltip and screen readers. */
	readonly words: string;
	/** For the chip of the filter. */
	readonly chip: string;
	readonly promptIds: readonly string[];
}

export interface BarRow {
	readonly id: string;
	readonly name: string;
	/** Undefined where the model answered nothing. */
	readonly bars: readonly (Bar | undefined)[];
}

/** Length and every trait that some answer shows, a bar for each model. */
export function barRows(
	models: readonly ReportedModel[],
	reference: string | undefined,
): readonly BarRow[] {
	return [
		lengthRow(models, reference),
		...traitIds
			.filter(trait => !isUnseen(models, trait))
			.map(trait => ({
				id: trait,
				name: traitNames[trait],
				bars: models.map(model => traitBar(model, trait, reference)),
			})),
	];
}

/** Traits of no answer, in small letters. */
export function unseenTraits(models: readonly ReportedModel[]): readonly string[] {
	return traitIds.filter(trait => isUnseen(models, trait)).map(trait => small(traitNames[trait]));
}

function isUnseen(models: readonly ReportedModel[], trait: TraitId): boolean {
	return models.every(({ traits }) => !traits.some(one => one.trait === trait && one.answers > 0));
}

function traitBar(
	{ label, answers, traits }: ReportedModel,
	trait: TraitId,
	reference: string | undefined,
): Bar | undefined {
	const found = traits.find(one => one.trait === trait);
	if (found?.share === undefined) {
		return undefined;
	}
	const name = small(traitNames[trait]);
	const shift = found.shift && differenceWords(found.shift, reference ?? '', points);
	return {
		key: `${label}\n${trait}`,
		value: found.share.value,
		interval: found.share,
		figure: percentOf(found.share.value),
		...(found.shift ? { shift: signed(Math.round(found.shift.value * 100)) } : {}),
		isClear: found.shift?.isClear === true,
		words: `${label} ${name} in ${found.answers} of ${answers} answers, ${percentOf(found.share.value)} (${range(found.share)})${shift === undefined ? '' : `; ${shift}`}. Lists these prompts.`,
		chip: `${label} ${name}`,
		promptIds: found.promptIds,
	};
}

function lengthRow(models: readonly ReportedModel[], reference: string | undefined): BarRow {
	const highest = Math.max(1, ...models.map(({ characters }) => characters?.high ?? 0));
	return {
		id: 'length',
		name: 'Length in characters',
		bars: models.map(({ label, characters, charactersShift, longer }) => {
			if (characters === undefined) {
				return undefined;
			}
			const isReference = charactersShift === undefined;
			const chip = isReference
				? `longest tenth of ${label}`
				: `${label} longer than ${reference ?? ''}`;
			const shift =
				charactersShift && differenceWords(charactersShift, reference ?? '', signedNumber);
			return {
				key: `${label}\nlength`,
				value: characters.value / highest,
				interval: {
					low: Math.max(0, characters.low) / highest,
					high: characters.high / highest,
				},
				figure: rounded(characters.value),
				...(charactersShift ? { shift: signedNumber(charactersShift.value) } : {}),
				isClear: charactersShift?.isClear === true,
				words: `Answers of ${label} have ${rounded(characters.value)} characters on average (${rounded(characters.low)} to ${rounded(characters.high)})${shift === undefined ? '' : `; ${shift}`}. Lists the ${longer.length} prompts ${isReference ? 'of its longest tenth' : `where it is longer than ${reference ?? ''} by more than a tenth`}.`,
				chip,
				promptIds: longer,
			};
		}),
	};
}

function differenceWords(
	{ value, low, high, prompts, isClear }: PairedDifference,
	reference: string,
	words: (value: number) => string,
): string {
	return `${words(value)} against ${reference} on the ${prompts} prompts that both answered, 95% between ${words(low)} and ${words(high)}${isClear ? '' : ', which may be chance'}`;
}

function points(difference: number): string {
	const whole = Math.round(difference * 100);
	return `${signed(whole)} ${Math.abs(whole) === 1 ? 'point' : 'points'}`;
}

function signedNumber(difference: number): string {
	return signed(Math.round(difference));
}

function signed(whole: number): string {
	return whole === 0 ? '±0' : `${whole > 0 ? '+' : '−'}${Math.abs(whole).toLocaleString('en')}`;
}

function rounded(value: number): string {
	return Math.round(value).toLocaleString('en');
}

/** One of 805 answers is not 0%. */
function percentOf(share: number): string {
	return share > 0 && share < 0.005 ? '<1%' : percent(share);
}

function small(name: string): string {
	return name.slice(0, 1).toLowerCase() + name.slice(1);
}
