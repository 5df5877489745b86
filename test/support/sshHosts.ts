import { silentLogger } from '../../src/core/base/logger';
import type { Host } from '../../src/core/hosts/host';
import type { ConnectionPrompts, HostSettings } from '../../src/core/hosts/hostDirectory';
import { NodeHostDirectory } from '../../src/node/hosts/hostDirectory';
import type { SshTiming } from '../../src/node/hosts/sshConnection';
import { defaultConfigLocation } from '../../src/node/hosts/sshResolve';

/** A directory that reads only this config. Dispose it after the test. */
export function directoryFor(
	configFile: string,
	options: {
		readonly prompts?: ConnectionPrompts;
		readonly timing?: SshTiming;
		readonly settingsFor?: (name: string) => HostSettings;
		readonly sshProgram?: string;
	} = {},
): NodeHostDirectory {
	const { sshProgram, ...others } = options;
	const location = defaultConfigLocation(configFile);
	return new NodeHostDirectory({
		configLocation: () => ({ ...location, sshProgram: sshProgram ?? location.sshProgram }),
		logger: silentLogger,
		...others,
	});
}

export async function hostNamed(directory: NodeHostDirectory, name: string): Promise<Host> {
	const host = await directory.get(name);
	if (!host.ok) {
		throw host.error;
	}
	return host.value;
}

/** Prompts that reject what a test does not expect. */
export function prompts(expected: Partial<ConnectionPrompts>): ConnectionPrompts {
	return {
		confirmHostKey: question =>
			Promise.reject(new Error(`unexpected question: ${JSON.stringify(question)}`)),
		askSecret: question =>
			Promise.reject(new Error(`unexpected question: ${JSON.stringify(question)}`)),
		...expected,
	};
}
