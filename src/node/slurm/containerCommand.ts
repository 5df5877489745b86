import { WindsockError } from '../../core/base/errors';
import { err, ok, type Result } from '../../core/base/result';
import type { SlurmContainer } from '../../core/hosts/slurmSettings';
import { expandHome } from '../runs/hostLayout';
import type { PreparedHost } from '../runs/preparedHost';

/** The words before a command that run it in an image, which sees what a run needs under its own name. */
export function containerWords(
	prepared: PreparedHost,
	container: SlurmContainer | undefined,
): Result<string[]> {
	if (container === undefined) {
		return ok([]);
	}
	const { layout, settings, host } = prepared;
	const { hfHome } = settings;
	const places = [
		layout.runs,
		layout.envs,
		layout.models,
		layout.store,
		layout.packages,
		...(hfHome === undefined ? [] : [expandHome(layout.home, hfHome)]),
		...(container.mounts ?? []),
	];
	const mounts = [...new Set(places)];
	const odd = mounts.find(place => /[:,\n\r]/.test(place));
	if (odd !== undefined) {
		const reason = `a container cannot mount ${odd}, as its name has “:” or “,”`;
		return err(new WindsockError('slurmInvalid', { host: host.name, reason }));
	}
	if (container.kind === 'apptainer') {
		return ok([
			'apptainer',
			'exec',
			'--nv',
			...mounts.flatMap(place => ['--bind', place]),
			container.image,
		]);
	}
	return ok([
		'srun',
		'--nodes=1',
		'--ntasks=1',
		`--container-image=${container.image}`,
		`--container-mounts=${mounts.map(place => `${place}:${place}`).join(',')}`,
	]);
}
