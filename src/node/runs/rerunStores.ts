import { join } from 'node:path';
import { ok, type Result } from '../../core/base/result';
import type { TrainDataset } from '../../core/contract/runFiles.generated';
import { withSignal } from '../../core/hosts/host';
import type { Recipe } from '../../core/training/recipe';
import type { InputFile } from '../transfer/uploadInputs';
import { hashFile } from './datasetStore';
import type { PreparedHost } from './preparedHost';
import type { DatasetConversion, SplitLocation } from './trainingData';

const storedName = /^[0-9a-f]{64}(\.[a-z0-9]{1,8}){0,2}$/;

/** Where the inputs of a run may be found again. */
export interface InputPlaces {
	/** Host that they are for. */
	readonly to: PreparedHost;
	/** Host that the run was on, where that is another and answers. */
	readonly from: PreparedHost | undefined;
	/** Recipe of the run, as it was. */
	readonly recipe: Recipe;
	readonly recipePath: string;
	readonly workspace: string;
	/** Empty folder of this machine that lives as long as the launch. */
	readonly scratch: string;
	readonly convert: DatasetConversion;
	readonly locateSplit: SplitLocation;
}

/** A spec may come from elsewhere: only a name that its own hash begins is one of the store. */
export function nameInStore({
	path,
	sha256,
}: Pick<TrainDataset, 'path' | 'sha256'>): string | undefined {
	const name = path.split('/').at(-1) ?? '';
	return sha256 !== undefined && storedName.test(name) && name.startsWith(sha256)
		? name
		: undefined;
}

/** The content of this name: on the host already, brought here from the other host, or nowhere. */
export async function fromStores(
	name: string,
	bytes: number | undefined,
	{
		to,
		from,
		scratch,
		label,
	}: Pick<InputPlaces, 'to' | 'from' | 'scratch'> & {
		readonly label: string;
	},
	signal: AbortSignal | undefined,
): Promise<Result<InputFile | 'there' | undefined>> {
	const options = withSignal(signal);
	const here = await to.host.stat(`${to.layout.store}/${name}`, options);
	if (!here.ok) {
		return here;
	}
	if (here.value?.kind === 'file' && (bytes === undefined || here.value.size === bytes)) {
		return ok('there');
	}
	if (from === undefined) {
		return ok(undefined);
	}
	const far = await from.host.stat(`${from.layout.store}/${name}`, options);
	if (!far.ok || far.value?.kind !== 'file') {
		return far.ok ? ok(undefined) : far;
	}
	const path = join(scratch, name);
	const fetched = await from.host.download(`${from.layout.store}/${name}`, path, options);
	if (!fetched.ok) {
		return fetched;
	}
	const hashed = await hashFile(path);
	return hashed.ok && name.startsWith(hashed.value.sha256)
		? ok({ path, name, size: hashed.value.bytes, label })
		: hashed.ok
			? ok(undefined)
			: hashed;
}
