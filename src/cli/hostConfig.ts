import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { reasonOf, WindsockError } from '../core/base/errors';
import { err, ok, type Result } from '../core/base/result';
import type { HostSettings } from '../core/hosts/hostDirectory';
import type { Prices } from '../core/responses/judging/sendingPlan';

/** `~/.windsock/config.yaml`: the machine's settings for the command line. */
export interface CliConfig {
	/** The same shape as the editor's `windsock.hosts`. */
	readonly hosts: Readonly<Record<string, HostSettings>>;
	/** The same shape as the editor's `windsock.endpoints`. */
	readonly endpoints: Readonly<
		Record<string, { readonly url: string; readonly model: string } & Prices>
	>;
	readonly sshConfigFile?: string;
}

const configPath = join(homedir(), '.windsock', 'config.yaml');

/**
 * A missing file means no settings. `WINDSOCK_CONFIG` names another file, `WINDSOCK_SSH_CONFIG` the
 * ssh config to read.
 */
export function readConfig(path = process.env['WINDSOCK_CONFIG'] ?? configPath): Result<CliConfig> {
	let content: unknown;
	try {
		content = parse(readFileSync(path, 'utf8'));
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
			return err(new WindsockError('fileUnreadable', { path, reason: reasonOf(error) }));
		}
	}
	const fields = (typeof content === 'object' && content !== null ? content : {}) as Partial<
		Record<keyof CliConfig, unknown>
	>;
	const sshConfigFile = process.env['WINDSOCK_SSH_CONFIG'] ?? fields.sshConfigFile;
	return ok({
		hosts: record(fields.hosts) as CliConfig['hosts'],
		endpoints: record(fields.endpoints) as CliConfig['endpoints'],
		...(typeof sshConfigFile === 'string' && sshConfigFile !== '' ? { sshConfigFile } : {}),
	});
}

function record(value: unknown): object {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
