import type { RunSpec } from '../contract/runFiles.generated';

/**
 * A record with a training part that has the shape the contract says, so that one broken or hostile
 * record of a folder cannot hide the other runs. What is not sound counts as not recorded.
 */
export function soundSpec(spec: RunSpec): RunSpec {
	const { train, environment, model, client } = spec;
	if (train === undefined) {
		return spec;
	}
	const isSound =
		isFields(train.arguments) &&
		isListOf(train.datasets, isDataset) &&
		(train.chatTemplate === undefined || typeof train.chatTemplate === 'string') &&
		isFields(environment) &&
		isAbsentOr(model, isFields) &&
		isAbsentOr(client, isFields) &&
		isAbsentOr(train.accelerate, isFields) &&
		isAbsentOr(train.code, code => isFields(code) && typeof code['sha256'] === 'string') &&
		isAbsentOr(train.overrides, isFields) &&
		isAbsentOr(
			train.afterCheckpoint,
			plan => isFields(plan) && isAbsentOr(plan['evaluate'], list => isListOf(list, isEvaluation)),
		);
	const { id, kind, name, createdAt, contractVersion } = spec;
	return isSound
		? spec
		: {
				contractVersion,
				id,
				kind,
				name,
				createdAt,
				environment: { lockHash: '' },
				train: { method: 'script', arguments: {}, datasets: [] },
			};
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, test: (one: unknown) => boolean): boolean {
	return Array.isArray(value) && value.every(test);
}

function isAbsentOr(value: unknown, test: (one: unknown) => boolean): boolean {
	return value === undefined || test(value);
}

function isDataset(value: unknown): boolean {
	return (
		isFields(value) &&
		typeof value['path'] === 'string' &&
		[value['source'], value['sha256']].every(text => text === undefined || typeof text === 'string')
	);
}

function isEvaluation(value: unknown): boolean {
	return (
		isFields(value) &&
		typeof value['name'] === 'string' &&
		isAbsentOr(value['files'], list => isListOf(list, isFields))
	);
}
