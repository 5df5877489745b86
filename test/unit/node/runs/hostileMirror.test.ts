import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseFrame } from '../../../../src/node/runs/followFrames';
import type { RunHosts } from '../../../../src/node/runs/runHosts';
import { WorkspaceRunLibrary } from '../../../../src/node/runs/runLibrary';
import { workspaceFolder } from '../../../../src/node/workspace/workspaceFolder';

const id = '01JD0000000000000000000AAA';
const sound = '01JD0000000000000000000AAB';
let root: string;

beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'windsock-hostile-'));
	putRun(sound, { 'spec.json': spec({ id: sound }), 'mirror.json': header() });
});
afterEach(() => rmSync(root, { recursive: true }));

function spec(more: object = {}): string {
	return JSON.stringify({ contractVersion: '1.0', id, kind: 'train', name: 'n', ...more });
}

function header(more: object = {}): string {
	return JSON.stringify({ hostName: 'local', runDir: '/r', ...more });
}

function runDir(run = id): string {
	return join(root, '.windsock', 'runs', run);
}

function putRun(run: string, files: Readonly<Record<string, string>>): void {
	mkdirSync(runDir(run), { recursive: true });
	for (const [name, text] of Object.entries(files)) {
		writeFileSync(join(runDir(run), name), text);
	}
}

/** A library that asks no host. */
function library(): WorkspaceRunLibrary {
	return new WorkspaceRunLibrary(workspaceFolder(root), {} as RunHosts);
}

const generate = (models: unknown): string => spec({ kind: 'generate', generate: { models } });

describe('a record of runs that came with somebody else’s folder', () => {
	it.each([
		['models that are no list', generate(5)],
		['a model that is none', generate([null])],
		['a label that names no file', generate([{ label: '' }])],
		['no training', spec({ train: null })],
		['a name that is no text', spec({ name: { a: 1 } })],
		['the id of another run', spec({ id: sound })],
	])('is passed over when it says %s, and the others stay', (_name, text) => {
		putRun(id, { 'spec.json': text, 'mirror.json': header({ comparison: root }) });
		expect(
			library()
				.list()
				.map(run => run.id),
		).toEqual([sound]);
	});

	it('does not follow links out of the folder', () => {
		const outside = join(root, 'outside.txt');
		writeFileSync(outside, spec());
		putRun(id, { 'mirror.json': header() });
		symlinkSync(outside, join(runDir(), 'spec.json'));
		expect(
			library()
				.list()
				.map(run => run.id),
		).toEqual([sound]);
		rmSync(join(runDir(), 'spec.json'));
		writeFileSync(join(runDir(), 'spec.json'), spec());
		symlinkSync(outside, join(runDir(), 'metrics.jsonl'));
		symlinkSync(outside, join(runDir(), 'log.0.txt'));
		const run = library().mirrored(id);
		expect(() => run?.onData('metrics.jsonl', 0, Buffer.from('x\n'))).toThrow(/ELOOP/);
		expect(() => run?.onData('log.txt', 0, Buffer.from('x\n'))).toThrow(/ELOOP/);
		run?.onTruncated('metrics.jsonl');
		expect(readFileSync(outside, 'utf8')).toBe(spec());
	});

	it('is not read through a linked run folder, a file in its place, or a pipe of the system', () => {
		mkdirSync(join(root, 'elsewhere'));
		writeFileSync(join(root, 'elsewhere', 'spec.json'), spec());
		writeFileSync(join(root, 'elsewhere', 'mirror.json'), header());
		symlinkSync(join(root, 'elsewhere'), runDir());
		expect(
			library()
				.list()
				.map(run => run.id),
		).toEqual([sound]);
		rmSync(runDir());
		writeFileSync(runDir(), 'a file');
		expect(
			library()
				.list()
				.map(run => run.id),
		).toEqual([sound]);
		rmSync(runDir());
		putRun(id, { 'mirror.json': header() });
		symlinkSync('/dev/zero', join(runDir(), 'spec.json'));
		expect(
			library()
				.list()
				.map(run => run.id),
		).toEqual([sound]);
	});

	it('writes answers only where a comparison of this run was made', () => {
		const target = join(root, 'target');
		mkdirSync(target);
		putRun(id, {
			'spec.json': generate([{ label: 'base' }]),
			'mirror.json': header({ comparison: target }),
		});
		expect(library().mirrored(id)?.onData('responses/base.jsonl', 0, Buffer.from('x\n'))).toBe(
			true,
		);
		expect(readdirSync(target)).toEqual([]);
		writeFileSync(join(target, 'comparison.json'), JSON.stringify({ runId: id }));
		const outside = join(root, 'outside');
		mkdirSync(outside);
		symlinkSync(outside, join(target, 'responses'));
		const run = library().mirrored(id);
		expect(() => run?.onData('responses/base.jsonl', 0, Buffer.from('x\n'))).toThrow();
		expect(readdirSync(outside)).toEqual([]);
	});

	it('shows a state of another shape as if there was none', () => {
		putRun(id, {
			'spec.json': spec(),
			'mirror.json': header(),
			'state.json': JSON.stringify({ runDir: '/r', id, state: 'finished', message: { a: 1 } }),
		});
		expect(library().get(id)?.state).toBe('queued');
		writeFileSync(
			join(runDir(), 'state.json'),
			JSON.stringify({ runDir: '/r', id, state: 'finished', sizes: 'many' }),
		);
		const run = library().mirrored(id);
		expect(run?.summary.state).toBe('finished');
		expect(run?.state?.sizes).toEqual({ metrics: 0, log: 0 });
	});

	it('is gone without a fault when somebody removes it while it is read', () => {
		putRun(id, { 'spec.json': spec(), 'mirror.json': header() });
		const runs = library();
		rmSync(runDir(), { recursive: true });
		expect(runs.metrics(id)).toEqual([]);
		expect(runs.log(id)).toBe('');
	});
});

describe('a frame of a host', () => {
	it.each([
		'{"error":null}',
		'{"error":"x"}',
		'{"run":"/r","file":"log.txt","offset":-1,"data":""}',
		'{"run":"/r","file":"log.txt","offset":1e300,"data":""}',
		'{"run":"/r","file":"log.txt","offset":0.5,"data":""}',
		'{"run":"/r","state":[]}',
		'{"run":"/r","state":{"runDir":"/r","id":"A","state":"running","attempt":"1"}}',
	])('never throws and never gives bytes without a place: %s', text => {
		expect(parseFrame(text)?.kind ?? 'none').toMatch(/^(?:none|error)$/);
	});
});
