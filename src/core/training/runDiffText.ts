import type {
	DatasetDifference,
	DatasetSide,
	FileChanges,
	RunDiff,
	ValueDifference,
} from './runDiff';
import { isSameRun } from './runDiff';

/** Files of a project that are named; more are counted. */
const filesNamed = 20;
const sections = [
	['Recipe', 'recipe'],
	['Seeds', 'seeds'],
	['Model', 'model'],
	['Versions', 'versions'],
	['Host', 'host'],
] as const;

/** In what two runs differ, for people: one line each, under headings. */
export function runDiffText(diff: RunDiff): string {
	const { before, after } = diff;
	const lines = [`“${before.name}” (${before.id}) → “${after.name}” (${after.id})`, ''];
	const add = (title: string, found: readonly string[]): void => {
		if (found.length > 0) {
			lines.push(title, ...found.map(line => `  ${line}`), '');
		}
	};
	const values = (name: (typeof sections)[number][1]): string[] => diff[name].map(valueText);
	add('Recipe', values('recipe'));
	add('Seeds', values('seeds'));
	add('Model', values('model'));
	add('Datasets', diff.datasets.map(datasetText));
	add('Chat template', templateText(diff.template));
	add('Code', codeText(diff.code));
	add('Versions', values('versions'));
	add('Host', values('host'));
	if (isSameRun(diff)) {
		lines.push('Nothing that is on record differs.', '');
	}
	add('Not compared', diff.unknown);
	return `${lines.join('\n').trimEnd()}\n`;
}

/** The same as two documents to lay side by side: each has only what differs. */
export function runDiffSides(diff: RunDiff): { readonly before: string; readonly after: string } {
	const side = (which: 'before' | 'after'): string => {
		const lines: string[] = [];
		const add = (title: string, found: readonly string[]): void => {
			lines.push(`${title}:`, ...found.map(line => `  ${line}`), '');
		};
		for (const [title, name] of sections) {
			if (name === 'versions') {
				addInputs();
			}
			if (diff[name].length > 0) {
				add(
					title,
					// An editor marks the sign as one that may be taken for a letter.
					diff[name].map(one => `${one.key}: ${sideText(one, which).replaceAll('×', 'x')}`),
				);
			}
		}
		function addInputs(): void {
			if (diff.datasets.length > 0) {
				add(
					'Datasets',
					diff.datasets.flatMap(one => [
						`${one.split}: ${datasetSideText(one[which])}`,
						...(which === 'after' && one.changes !== undefined ? [`# ${changesText(one)}`] : []),
					]),
				);
			}
			if (diff.template !== undefined) {
				add('Chat template', (diff.template[which] ?? "(the model's own)").split('\n'));
			}
			if (diff.code !== undefined) {
				const { files } = diff.code;
				add('Code', [
					diff.code[which]?.slice(0, 8) ?? 'none',
					...(which === 'after' && files !== undefined ? filesText(files) : []),
				]);
			}
		}
		if (diff.unknown.length > 0) {
			add('Not compared', diff.unknown);
		}
		return `${lines.join('\n').trimEnd()}\n`;
	};
	return { before: side('before'), after: side('after') };
}

function valueText(one: ValueDifference): string {
	return `${one.key}: ${sideText(one, 'before')} → ${sideText(one, 'after')}`;
}

function sideText(one: ValueDifference, which: 'before' | 'after'): string {
	const value = one[which];
	if (value !== undefined) {
		return shownValue(value);
	}
	return one.default === undefined ? 'unset' : `unset (${shownValue(one.default)})`;
}

/** A value for people: text as it is, blocks as JSON, hashes by their beginnings. */
export function shownValue(value: unknown): string {
	const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
	return /^[0-9a-f]{32,64}$/.test(text) ? text.slice(0, 12) : text;
}

function datasetText(one: DatasetDifference): string {
	const rows = one.changes === undefined ? '' : `: ${changesText(one)}`;
	return `${one.split}: ${datasetSideText(one.before)} → ${datasetSideText(one.after)}${rows}`;
}

/** “sft.jsonl, 1,200 rows (a1b2c3d4)” */
export function datasetSideText(side: DatasetSide | undefined): string {
	if (side === undefined) {
		return 'none';
	}
	const rows = side.rows === undefined ? '' : `, ${side.rows.toLocaleString('en-US')} rows`;
	const hash = side.sha256 === undefined ? '' : ` (${side.sha256.slice(0, 8)})`;
	return `${side.name}${rows}${hash}`;
}

function changesText({ changes }: DatasetDifference): string {
	const { added = 0, removed = 0, changed = 0, same = 0 } = changes ?? {};
	const count = (number: number): string => number.toLocaleString('en-US');
	return `${count(added)} rows added, ${count(removed)} removed, ${count(changed)} changed, ${count(same)} the same`;
}

function templateText(template: RunDiff['template']): string[] {
	if (template === undefined) {
		return [];
	}
	const size = (text: string | undefined): string =>
		text === undefined ? "the model's own" : `${text.split('\n').length} lines of the recipe's`;
	return [`${size(template.before)} → ${size(template.after)}`];
}

function codeText(code: RunDiff['code']): string[] {
	if (code === undefined) {
		return [];
	}
	const hashes = `${code.before?.slice(0, 8) ?? 'none'} → ${code.after?.slice(0, 8) ?? 'none'}`;
	return [hashes, ...(code.files === undefined ? [] : filesText(code.files))];
}

function filesText({ added, removed, changed }: FileChanges): string[] {
	const marked = [
		...added.map(path => `+ ${path}`),
		...removed.map(path => `- ${path}`),
		...changed.map(path => `~ ${path}`),
	];
	const rest = marked.length - filesNamed;
	return [...marked.slice(0, filesNamed), ...(rest > 0 ? [`and ${rest} more files`] : [])];
}
