import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveFacts } from '../../../../src/node/hosts/hostAnswer';
import { probeHost } from '../../../../src/node/runs/hostProbe';
import { followLiveFacts } from '../../../../src/node/runs/liveHost';
import { PracticeHost, until } from '../../../support/practiceHost';

let practice: PracticeHost;

beforeAll(async () => {
	practice = await PracticeHost.create();
});

afterAll(() => practice.dispose());

/** Processes that follow the host whose home this is. */
function followers(home: string): string[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.filter(pid => {
			try {
				const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
				return words.includes('live') && words.some(word => word.includes(home));
			} catch {
				return false;
			}
		});
}

describe('a look at a host', () => {
	it('tells its facts where its runs are, and how far away it is', async () => {
		const { preparation, library } = practice.services();
		const probed = await probeHost(preparation, 'local');
		library.dispose();
		if (!probed.ok) {
			throw probed.error;
		}
		expect(probed.value.facts.disks.runRoot.path).toBe(`${practice.home}/.windsock/runs`);
		expect(probed.value.facts.disks.runRoot.freeFiles).toBeGreaterThan(0);
		expect(probed.value.facts.homeId).toMatch(/^[0-9a-f]{32}$/);
		expect(probed.value.roundTrip).toBeGreaterThan(0);
	});

	it('goes on while it is followed, and leaves no process behind', async () => {
		const { preparation, library } = practice.services();
		const seen = await new Promise<LiveFacts>((resolve, reject) => {
			const following = followLiveFacts(
				preparation,
				'local',
				facts => {
					following.dispose();
					resolve(facts);
				},
				error => reject(error ?? new Error('it ended')),
			);
		});
		library.dispose();
		expect(seen.gpus).toEqual([]);
		expect(seen.runRoot?.path).toBe(`${practice.home}/.windsock/runs`);
		expect(seen.load).toBeGreaterThanOrEqual(0);
		await until(() => followers(practice.home).length === 0);
	});
});
