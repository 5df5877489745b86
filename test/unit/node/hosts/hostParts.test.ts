import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AfterSentinel } from '../../../../src/node/hosts/afterSentinel';
import { ChannelSlots } from '../../../../src/node/hosts/channelSlots';
import { badPath, isTooPrecious } from '../../../../src/node/hosts/hostErrors';
import { hostFindings } from '../../../../src/node/hosts/hostFindings';
import { probeFrom } from '../../../../src/node/hosts/hostAnswer';
import { hostSummary } from '../../../../src/node/hosts/hostSummary';
import {
	formatKnownHostsLine,
	judgeHostKey,
	lineMatches,
	lookupName,
	parseKnownHosts,
	wildcardMatches,
} from '../../../../src/node/hosts/knownHosts';
import { LinkWatchdog } from '../../../../src/node/hosts/linkWatchdog';

/** Looks by itself never. */
const idle = {
	every: () => ({ dispose: () => {} }),
	after: () => ({ dispose: () => {} }),
};

describe('the paths of a host', () => {
	it('are absolute or begin at home', () => {
		for (const good of ['/', '/a b', '~', '~/x', "/it's"]) {
			expect(badPath('h', good)).toBeUndefined();
		}
		for (const bad of ['', 'a', './a', '~a', '/a\0b', '-rf', '/\ud800']) {
			expect(badPath('h', bad)?.code).toBe('remoteFileMissing');
		}
	});

	it('are not removed when they mean the root or home, however they are written', () => {
		for (const path of ['/', '//', '/.', '/a/..', '/../', '~', '~/', '~/./', '~/a/..', '~/../x']) {
			expect(`${path} ${isTooPrecious(path)}`).toBe(`${path} true`);
		}
		for (const path of ['/a', '/a/', '~/a', '~/.windsock', '/a/../b']) {
			expect(`${path} ${isTooPrecious(path)}`).toBe(`${path} false`);
		}
	});
});

describe('the output of a command', () => {
	it('begins after the sentinel wherever the bytes are torn', async () => {
		const pieces = fc.array(fc.nat({ max: 60 }), { maxLength: 8 });
		const bytes = fc.uint8Array({ maxLength: 80 });
		await fc.assert(
			fc.asyncProperty(bytes, bytes, pieces, async (noise, output, cuts) => {
				const sentinel = 'windsock-0123456789abcdef';
				const all = Buffer.concat([noise, Buffer.from(`${sentinel} 4711\n`), output]);
				let words = '';
				const filter = new AfterSentinel(sentinel, found => (words = found));
				const chunks: Buffer[] = [];
				filter.on('data', (chunk: Buffer) => chunks.push(chunk));
				let from = 0;
				for (const cut of cuts) {
					filter.write(all.subarray(from, from + cut));
					from = Math.min(all.length, from + cut);
				}
				const ended = new Promise(resolve => filter.once('end', resolve));
				filter.end(all.subarray(from));
				await ended;
				expect(words).toBe('4711');
				expect(Buffer.concat(chunks).equals(Buffer.from(output))).toBe(true);
			}),
			{ seed: 5, numRuns: 200 },
		);
	});
});

describe('channel slots', () => {
	it('serve in order, four at once, and keep two for short commands', async () => {
		const slots = new ChannelSlots();
		const served: string[] = [];
		const releases = new Map<string, () => void>();
		const take = (name: string, kind: 'stream' | 'short', signal?: AbortSignal): void =>
			void slots.take(kind, signal).then(slot => {
				served.push(slot.ok ? name : `${name}:${slot.error.code}`);
				releases.set(name, slot.ok ? slot.value : () => {});
			});
		const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
		const controller = new AbortController();
		take('s1', 'stream');
		take('s2', 'stream');
		take('s3', 'stream');
		take('s4', 'stream');
		take('s5', 'stream', controller.signal);
		take('a', 'short');
		take('b', 'short');
		await turn();
		expect(served).toEqual(['s1', 's2', 's3', 'a']);
		releases.get('a')?.();
		releases.get('a')?.();
		await turn();
		expect(served.at(-1)).toBe('b');
		expect(slots.used).toBe(4);
		controller.abort();
		releases.get('s1')?.();
		await turn();
		expect(served.slice(5)).toEqual(['s5:cancelled', 's4']);
		const late = await slots.take('short', AbortSignal.abort());
		expect(late.ok).toBe(false);
	});
});

describe('the watchdog of a link', () => {
	const watch = () => {
		const clock = { now: 0 };
		const deaths: number[] = [];
		const watchdog = new LinkWatchdog({
			every: 1000,
			deadAfter: 16_000,
			graceAfterSleep: 4000,
			clock: { now: () => clock.now, ...idle },
			onDead: silence => deaths.push(silence),
		});
		const pass = (milliseconds: number, received = false): void => {
			for (let passed = 0; passed < milliseconds; passed += 1000) {
				clock.now += 1000;
				if (received) {
					watchdog.received();
				}
				watchdog.look();
			}
		};
		return { clock, deaths, watchdog, pass };
	};

	it('lets a slow link live as long as any byte arrives', () => {
		const { deaths, pass, watchdog } = watch();
		for (let i = 0; i < 40; i++) {
			pass(15_000);
			watchdog.received();
		}
		expect(deaths).toEqual([]);
		pass(18_000);
		expect(deaths.length).toBe(1);
	});

	it('gives a link a short while after this machine slept', () => {
		const { clock, deaths, pass, watchdog } = watch();
		pass(3000, true);
		clock.now += 8 * 3_600_000;
		watchdog.look();
		expect(deaths).toEqual([]);
		pass(5000);
		expect(deaths.length).toBe(1);

		const other = watch();
		other.clock.now += 8 * 3_600_000;
		other.watchdog.look();
		other.watchdog.received();
		other.pass(10_000);
		expect(other.deaths).toEqual([]);
		other.watchdog.dispose();
	});

	it('does not hold the time of a person against the link', async () => {
		const { deaths, pass, watchdog } = watch();
		await watchdog.pausedWhile(() => {
			pass(120_000);
			return Promise.resolve();
		});
		pass(10_000);
		expect(deaths).toEqual([]);
		watchdog.dispose();
	});
});

const key = (fill: number): Uint8Array =>
	Buffer.concat([
		Buffer.from([0, 0, 0, 11]),
		Buffer.from('ssh-ed25519'),
		Buffer.from([0, 0, 0, 32]),
		Buffer.alloc(32, fill),
	]);

describe('known hosts', () => {
	it('finds again what it writes, hashed or not, and nothing else', () => {
		const hosts = fc.domain();
		const ports = fc.integer({ min: 1, max: 65_535 });
		fc.assert(
			fc.property(hosts, hosts, ports, fc.boolean(), (host, other, port, hashed) => {
				const text = formatKnownHostsLine(lookupName(host, port), key(1), hashed);
				const lines = parseKnownHosts(`${text}\n`, 'f');
				expect(judgeHostKey(lines, lookupName(host, port), key(1)).kind).toBe('known');
				expect(judgeHostKey(lines, lookupName(host, port), key(2)).kind).toBe('changed');
				if (other.toLowerCase() !== host.toLowerCase()) {
					expect(judgeHostKey(lines, lookupName(other, port), key(1)).kind).toBe('unknown');
				}
				expect(text.includes(host)).toBe(!hashed || host.length < 4);
			}),
			{ seed: 13, numRuns: 200 },
		);
	});

	it('matches wildcards as a regular expression would', () => {
		const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
		const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
		fc.assert(
			fc.property(patterns, texts, (pattern, text) => {
				const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
				expect(wildcardMatches(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
			}),
			{ seed: 17, numRuns: 2000 },
		);
	});

	it('names the line of the key that a changed one is compared with', () => {
		const text = `# mine\n\nbox ssh-ed25519 ${Buffer.from(key(1)).toString('base64')}\n`;
		const verdict = judgeHostKey(parseKnownHosts(text, '/k'), 'box', key(2));
		expect(verdict).toEqual({ kind: 'changed', file: '/k', line: 3 });
	});

	it('reads any text without failing', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
				const text = Buffer.from(bytes).toString('latin1');
				for (const line of parseKnownHosts(text, 'f')) {
					lineMatches(line, 'box');
				}
			}),
			{ seed: 19, numRuns: 300 },
		);
		const [line] = parseKnownHosts(
			`|1|bad|${createHmac('sha1', 'x').digest('base64')} ssh-ed25519 ${Buffer.from(key(1)).toString('base64')}`,
			'f',
		);
		expect(line && lineMatches(line, 'box')).toBe(false);
	});
});

describe('the facts of a host', () => {
	const disk = { path: '/r', freeBytes: 100 * 1024 ** 3, writable: true };
	const probe = {
		cpuCount: 16,
		gpus: [
			{ index: 0, uuid: 'a', name: 'H200' },
			{ index: 1, uuid: 'b', name: 'H200' },
		],
		disks: { runRoot: disk, envRoot: { ...disk, writable: false } },
		chosenPython: null,
		environment: { root: '/e', lockHash: 'x', complete: false },
	};

	it('are summed up in one line and judged with the worst first', () => {
		const facts = probeFrom(probe);
		expect(facts && hostSummary(facts)).toBe('2 × H200 · 16 cores · 100 GB free');
		const findings = facts ? hostFindings(facts) : [];
		expect(findings.map(finding => finding.level).slice(0, 3)).toEqual(['error', 'error', 'info']);
		expect(findings[0]?.fix).toContain('python3-venv');
	});

	it('are refused when they have another shape', () => {
		for (const other of [null, 1, [], {}, { cpuCount: 1 }, { ...probe, disks: {} }]) {
			expect(probeFrom(other)).toBeUndefined();
		}
	});
});
