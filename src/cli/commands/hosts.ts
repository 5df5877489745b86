import { ok, type Result } from '../../core/base/result';
import { milliseconds } from '../../node/hosts/hostCard';
import { hostFindings, type HostFinding } from '../../node/hosts/hostFindings';
import { hostSummary } from '../../node/hosts/hostSummary';
import { probeHost } from '../../node/runs/hostProbe';
import { table, type Answer, type Output } from '../output';
import type { Services } from '../services';

/** The hosts of the ssh config and this machine, without connecting to any. */
export async function hosts(services: Services): Promise<Result<Answer>> {
	const entries = await services.hosts.entries();
	const list = await Promise.all(
		entries.map(async entry => ({
			...entry,
			transport: await services.hosts.transportOf(entry.name),
			settings: services.hosts.settingsFor(entry.name),
		})),
	);
	const rows = list.map(({ name, address, also, settings, transport }) => [
		name,
		address,
		transport === undefined ? '' : `${transport.kind}, ${transport.reason}`,
		settings.runRoot ?? '~/.windsock/runs',
		also.length === 0 ? '' : `also ${also.join(', ')}`,
	]);
	return ok({
		json: { hosts: list },
		text: table([['HOST', 'ADDRESS', 'BY', 'RUNS IN', ''], ...rows]),
	});
}

const marks: Readonly<Record<HostFinding['level'], string>> = {
	error: '✗',
	warning: '!',
	info: ' ',
};

/** What a look at a host finds, with what mends it; bad news where a run could not start. */
export async function doctor(
	services: Services,
	output: Output,
	name: string,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	output.progress.report(`looking at ${name}`);
	const probed = await probeHost(services.preparation, name, { signal });
	if (!probed.ok) {
		return probed;
	}
	const { facts, roundTrip } = probed.value;
	const findings = hostFindings(facts);
	const lines = findings.map(
		({ level, text, fix }) => `${marks[level]} ${text}${fix === undefined ? '' : `\n    → ${fix}`}`,
	);
	return ok({
		json: { doctor: { host: name, roundTripMs: roundTrip, findings, facts } },
		text: [`${name}: ${hostSummary(facts)} · ${milliseconds(roundTrip)} away`, ...lines].join('\n'),
		exitCode: findings.some(({ level }) => level === 'error') ? 1 : 0,
	});
}
