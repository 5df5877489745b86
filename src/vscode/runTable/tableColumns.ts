import {
	columnId,
	columnTitle,
	facts,
	statistics,
	usualColumns,
	type FactName,
	type TableColumn,
} from '../../core/runTable/tableColumn';
import { cellOf, type TableRun } from '../../core/runTable/tableRun';

export interface ColumnChoice {
	readonly id: string;
	readonly title: string;
	readonly group: 'Run' | 'Metrics' | 'Recipe';
}

/** The columns of a table: those that were chosen, else the usual ones that some run has a value for. */
export class TableColumns {
	#chosen: readonly TableColumn[] | undefined;
	readonly #present = new Set<TableColumn>();
	#shown: readonly TableColumn[] = [];

	constructor(chosen: readonly TableColumn[]) {
		this.choose(chosen.length === 0 ? undefined : chosen);
	}

	get shown(): readonly TableColumn[] {
		return this.#shown;
	}

	choose(columns: readonly TableColumn[] | undefined): void {
		this.#chosen = columns;
		this.#update();
	}

	/** Lets the usual columns appear that this run has a value for. */
	note(run: TableRun): void {
		const before = this.#present.size;
		for (const column of usualColumns) {
			if (!this.#present.has(column) && cellOf(run, column) !== undefined) {
				this.#present.add(column);
			}
		}
		if (this.#present.size !== before) {
			this.#update();
		}
	}

	choices(runs: readonly TableRun[]): readonly ColumnChoice[] {
		const all = new Map<string, { column: TableColumn; group: ColumnChoice['group'] }>();
		const add = (group: ColumnChoice['group'], column: TableColumn): void => {
			const id = columnId(column);
			if (!all.has(id)) {
				all.set(id, { column, group });
			}
		};
		for (const fact of Object.keys(facts)) {
			add('Run', { kind: 'fact', fact: fact as FactName });
		}
		for (const { digest } of runs) {
			for (const { metric, kind, dataset } of digest ?? []) {
				const measured = { metric, kind, ...(dataset === undefined ? {} : { dataset }) };
				for (const statistic of statistics) {
					add('Metrics', { kind: 'metric', statistic, measured });
				}
			}
		}
		for (const key of [...new Set(runs.flatMap(({ recipe }) => Object.keys(recipe)))].sort()) {
			add('Recipe', { kind: 'recipe', key });
		}
		// What no run here has a value for is still among the chosen, so that it can be taken away.
		for (const column of this.#shown) {
			add(groupOf(column), column);
		}
		return Array.from(all, ([id, { column, group }]) => ({
			id,
			title: columnTitle(column),
			group,
		}));
	}

	#update(): void {
		this.#shown = this.#chosen ?? usualColumns.filter(column => this.#present.has(column));
	}
}

function groupOf(column: TableColumn): ColumnChoice['group'] {
	return column.kind === 'fact' ? 'Run' : column.kind === 'recipe' ? 'Recipe' : 'Metrics';
}
