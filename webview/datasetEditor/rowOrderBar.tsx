import type { JSX } from 'preact';
import { parseQuery } from '../../src/core/dataset/query/parseQuery';
import type { RowSort, SortKey } from '../../src/core/dataset/query/rowSelection';
import type { DatasetSnapshot } from '../../src/protocol/datasetEditor';
import { Button } from '../shared/components/button';
import { Dropdown } from '../shared/components/dropdown';
import { Icon } from '../shared/components/icon';
import { keyName } from './keys';
import type { DatasetPageModel } from './pageModel';

const fileOrder = 'number';
const names: Readonly<Record<Exclude<SortKey['kind'], 'field'>, string>> = {
	turns: 'turns',
	chars: 'length',
	findings: 'findings',
	label: 'label',
	rating: 'rating',
	margin: 'margin of scores',
	format: 'format',
};

/** Above the rows: their order, the sample that is drawn of them, and the way to one of them. */
export function RowOrderBar(props: {
	readonly model: DatasetPageModel;
	readonly snapshot: DatasetSnapshot;
}): JSX.Element {
	const { model } = props;
	const { sort, sample, ...rest } = model.filter.value;
	const sampled = sample ? { sample } : {};
	const setSort = (next: RowSort | undefined): void =>
		void model.setFilter({ ...rest, ...sampled, ...(next ? { sort: next } : {}) });
	return (
		<>
			<div class="ws-row-order" role="group" aria-label="Order of the rows">
				<Dropdown
					label="Order of the rows; the file stays as it is"
					testId="row-sort"
					class="ws-row-sort"
					value={sort ? valueOf(sort.by) : fileOrder}
					options={optionsOf(model, sort)}
					onChange={value => {
						const by = keyOf(value);
						// What one sorts by lengths or findings for is mostly the largest.
						setSort(by && { by, isDescending: by.kind !== 'field' && by.kind !== 'label' });
					}}
				/>
				{sort && (
					<>
						<Button
							appearance="icon"
							label={sort.isDescending ? 'Largest first; turn round' : 'Smallest first; turn round'}
							testId="row-sort-direction"
							onClick={() => setSort({ ...sort, isDescending: !sort.isDescending })}
						>
							<Icon name={sort.isDescending ? 'moveDown' : 'moveUp'} />
						</Button>
						<Button
							appearance="icon"
							label="Back to the order of the file"
							testId="row-sort-clear"
							onClick={() => setSort(undefined)}
						>
							<Icon name="drop" />
						</Button>
					</>
				)}
				<span class="ws-spacer" />
				<Button
					appearance="icon"
					label="Draw a random sample…"
					testId="row-sample"
					onClick={() => void model.query.askForSample()}
				>
					<Icon name="sample" />
				</Button>
				<Button
					appearance="icon"
					label={`Go to row… (${keyName('Ctrl+G')})`}
					testId="row-go"
					onClick={() => void model.query.askForRow()}
				>
					<Icon name="goTo" />
				</Button>
			</div>
			{sample && (
				<div class="ws-row-sample" data-testid="row-sample-shown">
					<span>
						Random sample of {sample.count.toLocaleString('en-US')}{' '}
						<span class="ws-muted">seed {sample.seed}</span>
					</span>
					<span class="ws-spacer" />
					<Button
						appearance="icon"
						label="Draw another sample"
						testId="row-sample-again"
						onClick={() => {
							const again = { count: sample.count, seed: sample.seed + 1 };
							void model.setFilter({ ...rest, ...(sort ? { sort } : {}), sample: again });
						}}
					>
						<Icon name="refresh" />
					</Button>
					<Button
						appearance="icon"
						label="Show all rows again"
						testId="row-sample-clear"
						onClick={() => void model.setFilter({ ...rest, ...(sort ? { sort } : {}) })}
					>
						<Icon name="drop" />
					</Button>
				</div>
			)}
		</>
	);
}

function optionsOf(model: DatasetPageModel, sort: RowSort | undefined) {
	const formats = model.snapshot.value?.dataset.formats ?? [];
	const isPair = formats.some(({ format }) => format.includes('preference'));
	const kinds = (Object.keys(names) as (keyof typeof names)[]).filter(
		kind => (kind !== 'margin' || isPair) && (kind !== 'format' || formats.length > 1),
	);
	const fields = new Set(model.query.fields().map(field => `field.${field}`));
	if (sort?.by.kind === 'field') {
		// The row shown may be one without it.
		fields.add(valueOf(sort.by));
	}
	return [
		{ value: fileOrder, text: 'In file order' },
		...kinds.map(kind => ({ value: kind, text: `By ${names[kind]}` })),
		...[...fields].map(field => ({ value: field, text: `By ${field.slice('field.'.length)}` })),
	];
}

function valueOf(key: SortKey): string {
	return key.kind === 'field' ? ['field', ...key.path].join('.') : key.kind;
}

function keyOf(value: string): SortKey | undefined {
	if (Object.hasOwn(names, value)) {
		return { kind: value as keyof typeof names };
	}
	const parsed = parseQuery(`${value}:x`);
	const term = parsed.ok ? parsed.value.root : undefined;
	return term?.kind === 'key' && term.key === 'field'
		? { kind: 'field', path: term.path }
		: undefined;
}
