import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ranksPerNode, slurmSettings } from '../../../../src/core/hosts/slurmSettings';

describe('what a job asks Slurm for', () => {
	it('lays recipe and launch over the settings of the machine, and null takes away', () => {
		const machine = { partition: 'gpu', time: '8:00:00', qos: 'long', directives: ['--exclusive'] };
		const merged = slurmSettings('login', machine, { time: 60, nodes: 2 }, { qos: null });
		expect(merged.ok && merged.value).toEqual({
			partition: 'gpu',
			time: 60,
			nodes: 2,
			directives: ['--exclusive'],
		});
	});

	it.each(['directives', 'prelude', 'container', 'requeue', 'saveSeconds'])(
		'refuses %s from a recipe: a workspace names no commands',
		name => {
			const asked = slurmSettings('login', {}, { [name]: ['true'] });
			expect(!asked.ok && asked.error.code).toBe('slurmInvalid');
		},
	);

	it('lets no value of a recipe begin an option, a line or a command', () => {
		const names = fc.constantFrom('partition', 'account', 'qos', 'constraint', 'gres', 'memory');
		fc.assert(
			fc.property(names, fc.string(), (name, text) => {
				const asked = slurmSettings('login', {}, { [name]: text });
				const taken = asked.ok ? String(Reflect.get(asked.value, name)) : 'x';
				expect(taken).not.toMatch(/[\s"'`$\\;<>#]|^-/);
			}),
		);
	});

	it('refuses what it does not know instead of leaving it out', () => {
		const asked = slurmSettings('login', { partitoin: 'gpu' });
		expect(!asked.ok && asked.error.details['reason']).toContain('partitoin');
	});

	it.each([
		['partitoin', 'partition'],
		['mem', 'memory'],
		['gpus-per-node', 'gpusPerNode'],
		['--time', 'time'],
		['cpuPerTask', 'cpusPerTask'],
	])('names the word that %s was meant to be', (name, meant) => {
		const asked = slurmSettings('login', {}, { [name]: 1 });
		expect(!asked.ok && asked.error.details['reason']).toContain(`did you mean “${meant}”?`);
	});

	it('takes every resource word from the machine, a recipe and a launch', () => {
		const all = {
			partition: 'gpu',
			account: 'lab',
			qos: 'long',
			constraint: '[a100|h100]',
			gres: 'gpu:a100:4,tmpfs:10G',
			gpusPerNode: 4,
			cpusPerTask: 8,
			memory: '64G',
			time: '2-00:00:00',
			nodes: 2,
			ranksPerNode: 4,
		};
		for (const layers of [
			[all, {}, {}],
			[{}, all, {}],
			[{}, {}, all],
		]) {
			const asked = slurmSettings('login', ...(layers as [unknown, unknown, unknown]));
			expect(asked.ok && asked.value).toEqual(all);
		}
	});

	it.each([
		'--output=/dev/null',
		'#SBATCH --array=0-9',
		'-J mine',
		'--signal=USR1',
		'--no-requeue',
	])('refuses the free line %s, which a run depends on', line => {
		const asked = slurmSettings('login', { directives: ['--exclusive', line] });
		expect(!asked.ok && asked.error.details['reason']).toContain('the run depends on');
	});

	it('takes no free line that holds a second one', () => {
		for (const line of ['--exclusive\nrm -rf /', '--hold\r#SBATCH --array=1', 'rm -rf /', '']) {
			expect(slurmSettings('login', { directives: [line] }).ok).toBe(false);
		}
		const free = ['--exclusive', '#SBATCH --nodelist=n1', '--mail-type=END', '-w n1'];
		expect(slurmSettings('login', { directives: free }).ok).toBe(true);
	});

	it('trains one process per GPU unless told otherwise', () => {
		expect(ranksPerNode({})).toBe(1);
		expect(ranksPerNode({ gres: 'gpu:4' })).toBe(4);
		expect(ranksPerNode({ gres: 'tmpfs:10,gpu:a100:8' })).toBe(8);
		expect(ranksPerNode({ gpusPerNode: 2, gres: 'gpu:4' })).toBe(2);
		expect(ranksPerNode({ gpusPerNode: 2, ranksPerNode: 1 })).toBe(1);
	});
});
