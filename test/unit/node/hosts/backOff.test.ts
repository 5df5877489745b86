import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../../src/core/base/logger';
import { SshLink } from '../../../../src/node/hosts/sshLink';
import { WakeWatch } from '../../../../src/node/hosts/wakeWatch';
import { computeOptions, targetFrom } from '../../../../src/node/hosts/sshResolve';

/** Nothing listens on port 1 of this machine. */
const location = {
	file: '/nonexistent/config',
	sshDirectory: '/nonexistent',
	sshProgram: undefined,
};
const options = new Map([
	...computeOptions('down', location),
	['hostname', ['127.0.0.1']],
	['port', ['1']],
	['identityagent', ['none']],
]);

/** Looks by itself never. */
const idle = {
	every: () => ({ dispose: () => {} }),
	after: () => ({ dispose: () => {} }),
};

describe('a host that is down', () => {
	beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
	afterEach(() => void vi.useRealTimers());

	it.each([0, 0.5, 1])(
		'is tried at most 30 times an hour however often it is asked for (jitter %f)',
		async jitter => {
			let tries = 0;
			const link = new SshLink('down', {
				resolve: () => {
					tries++;
					return Promise.resolve({ ok: true, value: targetFrom('down', options, location) });
				},
				prompts: undefined,
				logger: silentLogger,
				random: () => jitter,
			});
			for (let second = 0; second < 3600; second += 5) {
				const asked = link.connection(undefined);
				await vi.advanceTimersByTimeAsync(5000);
				const result = await asked;
				expect(result.ok ? '' : result.error.code).toBe('hostUnreachable');
			}
			expect(tries).toBeLessThanOrEqual(30);
			expect(tries).toBeGreaterThanOrEqual(10);
			link.allowRetry();
			const before = tries;
			await link.connection(undefined);
			expect(tries).toBe(before + 1);
			link.dispose();
		},
	);
});

describe('a machine that sleeps', () => {
	it('is noticed when it wakes, and a slow look is no sleep', () => {
		let now = 0;
		let woken = 0;
		const clock = { now: () => now, ...idle };
		const watch = new WakeWatch(() => woken++, clock);
		for (const pause of [1000, 1000, 4000, 120_000, 1000, 8 * 3_600_000, 1000]) {
			now += pause;
			watch.look();
		}
		expect(woken).toBe(2);
		watch.dispose();
	});
});
