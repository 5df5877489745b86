import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windsockOn } from '../../support/practiceCli';
import { PracticeHost } from '../../support/practiceHost';

let practice: PracticeHost;

beforeAll(async () => {
	practice = await PracticeHost.create();
});

afterAll(() => practice.dispose());

describe('windsock hosts', () => {
	it('lists hosts without connecting', async () => {
		const said = await windsockOn(practice, ['hosts', '--json']);
		expect(said.code).toBe(0);
		expect(JSON.parse(said.out)).toMatchObject({
			hosts: [{ name: 'local', source: 'local', also: [], settings: {} }],
		});
		const text = await windsockOn(practice, ['hosts']);
		expect(text.out).toContain('~/.windsock/runs');
	});

	it('looks at a host and says what it found', async () => {
		const said = await windsockOn(practice, ['hosts', 'doctor', 'local', '--json']);
		expect(said.code).toBe(0);
		const { doctor } = JSON.parse(said.out) as { doctor: Record<string, unknown> };
		expect(doctor).toMatchObject({
			host: 'local',
			roundTripMs: expect.any(Number) as number,
			facts: { disks: { runRoot: { path: `${practice.home}/.windsock/runs` } } },
		});
		expect(doctor['findings']).toContainEqual({
			level: 'info',
			text: 'the training environment is ready',
		});
		const text = await windsockOn(practice, ['hosts', 'doctor', 'local']);
		expect(text.out).toMatch(/^local: .* cores? · .* free · [\d.]+ ms away\n/);
	});

	it('names the hosts that there are when asked for another', async () => {
		const said = await windsockOn(practice, ['hosts', 'doctor', 'nowhere']);
		expect(said.code).toBe(1);
		expect(said.err).toContain('local');
	});
});
