// Programs of the operating system that only the developer commands need.
import { existsSync } from 'node:fs';
import { check, onPath } from './processes.mjs';

const packages = {
	chromium: { debian: 'chromium', names: ['chromium', 'chromium-browser', 'google-chrome'] },
	sshd: { debian: 'openssh-server', names: ['sshd'] },
	ssh: { debian: 'openssh-client', names: ['ssh'] },
	git: { debian: 'git', names: ['git'] },
	munged: { debian: 'munge', names: ['munged'] },
	slurmctld: { debian: 'slurm-wlm', names: ['slurmctld'] },
};

function find(name) {
	for (const candidate of packages[name].names) {
		const program = onPath(candidate, ['/usr/sbin', '/usr/local/sbin', '/usr/lib/ssh']);
		if (program) {
			return program;
		}
	}
	return undefined;
}

/** The paths of the named programs; missing ones are installed with apt by root, else named. */
export async function ensurePrograms(names, note = () => {}) {
	const missing = names.filter(name => !find(name));
	if (missing.length > 0) {
		const wanted = missing.map(name => packages[name].debian);
		const command = `apt-get install -y --no-install-recommends ${wanted.join(' ')}`;
		if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
			throw new Error(`Missing: ${missing.join(', ')}. Install with: sudo ${command}`);
		}
		note(command);
		const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
		await check('apt-get', ['update', '-q'], { env });
		await check('apt-get', command.split(' ').slice(1), { env });
	}
	return Object.fromEntries(
		names.map(name => {
			const program = find(name);
			if (!program) {
				throw new Error(`${name} is still missing after its package was installed`);
			}
			return [name, program];
		}),
	);
}
