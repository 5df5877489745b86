import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../src/core/contract/lineSplitter';
import {
	parseExit,
	parseId,
	parseLines,
	parseMetricLine,
	parseResponseLine,
	parseSpec,
	parseStatus,
	stateFrom,
} from '../../src/core/contract/parseRunFiles';
import { responseFileName } from '../../src/core/contract/responseFileName';
import { summarise } from '../../src/core/training/runState';

const fixtures = join(import.meta.dirname, '../fixtures/runs');
const schemas = join(import.meta.dirname, '../../remote/windsock_remote/schema');
const cases = readdirSync(fixtures);

interface Expected {
	readonly state: Readonly<Record<string, unknown>>;
	readonly metrics: {
		readonly lines: number;
		readonly broken: number;
		readonly unfinishedBytes: number;
		readonly lastNumber: number;
		readonly responses?: Readonly<Record<string, number>>;
	};
}

const ajv = new Ajv2020({ strict: false, allErrors: true });

function validator(name: string): (value: unknown) => string[] {
	const schema = JSON.parse(readFileSync(join(schemas, `${name}.schema.json`), 'utf8')) as object;
	const validate = ajv.compile(schema);
	return value =>
		validate(value) ? [] : (validate.errors ?? []).map(e => `${e.instancePath} ${e.message}`);
}

const problems = {
	spec: validator('spec'),
	id: validator('id'),
	status: validator('status'),
	exit: validator('exit'),
	metric: validator('metric'),
	response: validator('response'),
	runState: validator('runState'),
};

function read(name: string, file: string): string | undefined {
	const path = join(fixtures, name, file);
	return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function expected(name: string): Expected {
	return JSON.parse(read(name, 'expected.json') ?? '') as Expected;
}

function metricLines(name: string): { lines: string[]; pending: number } {
	const path = join(fixtures, name, 'metrics.jsonl');
	const splitter = new LineSplitter();
	const lines = existsSync(path) ? splitter.push(readFileSync(path)) : [];
	return { lines, pending: splitter.pending };
}

describe.each(cases)('the golden run %s', name => {
	it('has records that fit their schemas and parse with every field kept', () => {
		const records = [
			['spec.json', parseSpec, problems.spec],
			['id.json', parseId, problems.id],
			['status.json', parseStatus, problems.status],
			['exit.json', parseExit, problems.exit],
		] as const;
		for (const [file, parse, validate] of records) {
			const text = read(name, file);
			if (text !== undefined) {
				expect(validate(JSON.parse(text)), file).toEqual([]);
				expect(parse(text)?.value, file).toEqual(JSON.parse(text));
			}
		}
	});

	it('has the metric lines that are expected, broken and torn ones counted', () => {
		const wanted = expected(name).metrics;
		const { lines, pending } = metricLines(name);
		const { values, broken } = parseLines(lines, parseMetricLine);
		expect(values.length).toBe(wanted.lines);
		expect(broken).toBe(wanted.broken);
		expect(pending).toBe(wanted.unfinishedBytes);
		expect(values.map(point => point.n)).toEqual(
			Array.from({ length: wanted.lastNumber }, (_, i) => i + 1),
		);
		for (const point of values) {
			expect(Object.values(point.values).every(value => typeof value === 'number')).toBe(true);
		}
	});

	it('shows the expected state', () => {
		const wanted = { runDir: `/runs/${name}`, ...expected(name).state };
		expect(problems.runState(wanted)).toEqual([]);
		const state = stateFrom(wanted);
		const spec = parseSpec(read(name, 'spec.json') ?? '');
		if (state === undefined || spec === undefined) {
			throw new Error(`${name} has no state or spec`);
		}
		const summary = summarise({ spec: spec.value, hostName: 'gpu1', state: state.value });
		expect(summary.state).toBe(expected(name).state['state']);
		expect(summary.message).toBe(expected(name).state['message']);
		expect(summary.readOnly).toBe(expected(name).state['readOnly'] === true);
	});

	it('has the responses that are expected', () => {
		for (const [label, count] of Object.entries(expected(name).metrics.responses ?? {})) {
			const text = read(name, join('responses', responseFileName(label))) ?? '';
			const { values, broken } = parseLines(text.split('\n'), parseResponseLine);
			expect([values.length, broken]).toEqual([count, 0]);
			for (const value of values) {
				expect(problems.response(value)).toEqual([]);
			}
		}
	});
});

describe('a broken metric line in the golden runs', () => {
	it('is there, so that the count above means something', () => {
		expect(cases.some(name => expected(name).metrics.broken > 0)).toBe(true);
		expect(cases.some(name => expected(name).metrics.unfinishedBytes > 0)).toBe(true);
	});
});
