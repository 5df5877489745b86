import type { TrainDataset } from '../contract/runFiles.generated';
import { datasetSideText, shownValue } from '../training/runDiffText';
import { datasetSide, inputValues, type InputPart, type RunInputs } from '../training/runDiff';
import { isTrlMethod, trlOptions } from '../training/trlOptions';

export interface MatrixRow {
	readonly key: string;
	/** One a run, in the order of the runs; null (it goes to a page as JSON) where it says nothing. */
	readonly values: readonly (string | null)[];
	/** What TRL takes where a run says nothing. */
	readonly default?: string;
	/** Of datasets: which ones, so that their rows can be compared. */
	readonly split?: 'train' | 'eval';
}

export interface MatrixSection {
	readonly title: string;
	readonly rows: readonly MatrixRow[];
}

const parts: readonly (readonly [InputPart, string])[] = [
	['recipe', 'Recipe'],
	['seeds', 'Seeds'],
	['model', 'Model'],
];
const lastParts: readonly (readonly [InputPart, string])[] = [
	['versions', 'Versions'],
	['host', 'Host'],
];

/** In what several runs differ by what is on record: only the keys in which not all are the same. */
export function inputsMatrix(runs: readonly RunInputs[]): readonly MatrixSection[] {
	const values = runs.map(inputValues);
	const section = ([part, title]: readonly [InputPart, string]): MatrixSection => ({
		title,
		rows: differingRows(
			values.map(one => one[part]),
			part === 'recipe' || part === 'seeds' ? key => defaultOf(key, runs) : () => undefined,
		),
	});
	return [
		...parts.map(section),
		{ title: 'Data', rows: datasetRows(runs) },
		{ title: 'Chat template', rows: templateRows(runs) },
		{ title: 'Code', rows: codeRows(runs) },
		...lastParts.map(section),
	].filter(({ rows }) => rows.length > 0);
}

type Values = Readonly<Record<string, unknown>>;

function differingRows(
	runs: readonly Values[],
	defaultText: (key: string) => string | undefined,
): MatrixRow[] {
	const keys = [...new Set(runs.flatMap(run => Object.keys(run)))].sort();
	return keys
		.filter(key => differ(runs.map(run => JSON.stringify(run[key]))))
		.map(key => {
			const values = runs.map(run => (run[key] === undefined ? null : valueText(run[key])));
			const usual = values.includes(null) ? defaultText(key) : undefined;
			return { key, values, ...(usual === undefined ? {} : { default: usual }) };
		});
}

function defaultOf(key: string, runs: readonly RunInputs[]): string | undefined {
	const methods = runs.map(({ spec }) => spec.train?.method);
	const [method] = methods;
	const option = !differ(methods) && isTrlMethod(method) ? trlOptions(method).get(key) : undefined;
	return option?.default === undefined ? undefined : valueText(option.default);
}

/** Small numbers as people write them, 2e-5, with all their digits. */
function valueText(value: unknown): string {
	const isSmall = typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3;
	return isSmall ? value.toExponential() : shownValue(value);
}

function datasetRows(runs: readonly RunInputs[]): MatrixRow[] {
	return (['train', 'eval'] as const).flatMap(split => {
		const sets = runs.map(({ spec }) =>
			(spec.train?.datasets ?? []).filter(one => one.split === split),
		);
		return isOtherContent(sets)
			? [
					{
						key: split === 'train' ? 'training data' : 'eval data',
						values: sets.map(set =>
							set.length === 0
								? null
								: set.map(one => datasetSideText(datasetSide(one))).join(', '),
						),
						split,
					},
				]
			: [];
	});
}

/** Without a hash nobody can say that the content is the same. */
function isOtherContent(sets: readonly (readonly TrainDataset[])[]): boolean {
	const hashes = sets.map(set =>
		set
			.map(({ sha256 }) => sha256 ?? '')
			.sort((a, b) => (a < b ? -1 : 1))
			.join(),
	);
	return differ(hashes) || sets.some(set => set.some(({ sha256 }) => sha256 === undefined));
}

function templateRows(runs: readonly RunInputs[]): MatrixRow[] {
	const texts = runs.map(({ spec }) => spec.train?.chatTemplate);
	return differ(texts)
		? [
				{
					key: 'chat template',
					values: runs.map(({ spec }) => {
						const path: unknown = spec.train?.arguments['chat_template_path'];
						const lines = spec.train?.chatTemplate?.split('\n').length;
						const name = typeof path === 'string' ? path.split(/[\\/]/).at(-1) : 'its own';
						return lines === undefined ? null : `${name}, ${lines} lines`;
					}),
					default: "the model's own",
				},
			]
		: [];
}

function codeRows(runs: readonly RunInputs[]): MatrixRow[] {
	const hashes = runs.map(({ spec }) => spec.train?.code?.sha256);
	return differ(hashes)
		? [{ key: 'project', values: hashes.map(hash => hash?.slice(0, 8) ?? null) }]
		: [];
}

function differ(values: readonly (string | undefined)[]): boolean {
	return new Set(values).size > 1;
}
