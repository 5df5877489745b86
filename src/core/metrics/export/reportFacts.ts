import type { ReportRun } from './report';
import { runName } from './reportRunName';
import { escapeMarkup } from './svgText';

/** With one run a card for each group; with several what all share, then what differs side by side. */
export function factsSection(runs: readonly ReportRun[]): string {
	const names = factNames(runs);
	const rows = names.map(({ group, name }) => ({
		group,
		name,
		values: runs.map(
			({ facts }) => facts.find(fact => fact.group === group && fact.name === name)?.value,
		),
	}));
	if (rows.length === 0) {
		return '';
	}
	if (runs.length === 1) {
		return `<section><h2>On record</h2>\n${cards(rows)}</section>`;
	}
	const same = rows.filter(({ values }) => new Set(values).size === 1);
	const differing = rows.filter(({ values }) => new Set(values).size > 1);
	return [
		'<section><h2>What differs</h2>',
		differing.length === 0
			? '<p>Nothing that is on record.</p>'
			: `<div class="wide"><table class="differences"><thead><tr><th></th>${runs.map(run => `<th scope="col">${runName(run, true)}</th>`).join('')}</tr></thead><tbody>`,
		...differing.map(
			({ name, values }) =>
				`<tr><th scope="row">${escapeMarkup(name)}</th>${values.map(valueCell).join('')}</tr>`,
		),
		...(differing.length === 0 ? [] : ['</tbody></table></div>']),
		'</section>',
		...(same.length === 0 ? [] : [`<section><h2>The same in all</h2>\n${cards(same)}</section>`]),
	].join('\n');
}

interface FactRow {
	readonly group: string;
	readonly name: string;
	readonly values: readonly (string | undefined)[];
}

function factNames(runs: readonly ReportRun[]): readonly Pick<FactRow, 'group' | 'name'>[] {
	const found = new Map<string, Pick<FactRow, 'group' | 'name'>>();
	for (const { group, name, value } of runs.flatMap(({ facts }) => facts)) {
		if (value !== undefined) {
			found.set(`${group}\n${name}`, { group, name });
		}
	}
	return [...found.values()];
}

function cards(rows: readonly FactRow[]): string {
	const groups = Map.groupBy(rows, ({ group }) => group);
	const tables = Array.from(groups, ([group, members]) => {
		const lines = members.map(
			({ name, values }) =>
				`<tr><th scope="row">${escapeMarkup(name)}</th>${valueCell(values[0])}</tr>`,
		);
		return `<table><caption>${escapeMarkup(group)}</caption><tbody>${lines.join('\n')}</tbody></table>`;
	});
	return `<div class="facts">${tables.join('\n')}</div>`;
}

function valueCell(value: string | undefined): string {
	return `<td class="long">${value === undefined ? '–' : escapeMarkup(value)}</td>`;
}
