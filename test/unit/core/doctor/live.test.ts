import { describe, expect, it } from 'vitest';
import { DoctorRounds } from '../../../../src/core/doctor/doctorRounds';
import { isToldByHost } from '../../../../src/core/doctor/hostEvents';
import { StepClock } from '../../../../src/core/doctor/stepClock';
import { drawn, sft } from './curves';

describe('the age of the last step', () => {
	it('is what passed here since it came, once another came before it', () => {
		const clock = new StepClock();
		expect(clock.age(drawn({ ...sft, steps: 10 }), 100)).toBe(0);
		expect(clock.age(drawn({ ...sft, steps: 11 }), 110)).toBe(0);
		expect(clock.age(drawn({ ...sft, steps: 11 }), 170)).toBe(60);
	});

	it('is at once what the host’s own clock says, whatever ours says', () => {
		const hung = drawn({
			...sft,
			steps: 10,
			more: [{ kind: 'system', step: 10, wall: 1e9 + 10 + 500, values: { gpu_power_watts: 90 } }],
		});
		expect(new StepClock().age(hung, 3)).toBe(500);
	});
});

describe('the doctor on rounds', () => {
	it('finds a stall of a run in training though nothing came', () => {
		let now = 0;
		const rounds = new DoctorRounds(() => now);
		const metrics = drawn({ ...sft, steps: 40, time: s => s });
		const patient = { id: 'r', metrics, known: sft.known ?? {}, isTraining: true };
		expect(rounds.look(patient)).toEqual([]);
		now = 4000;
		expect(rounds.look(patient).map(({ code }) => code)).toEqual(['stall']);
		expect(rounds.look({ ...patient, isTraining: false })).toEqual([]);
	});

	it('does not judge anew what has not changed', () => {
		const rounds = new DoctorRounds(() => 0);
		const patient = { id: 'r', metrics: drawn(sft), known: {}, isTraining: false };
		expect(rounds.look(patient)).toBe(rounds.look(patient));
	});
});

describe('what a host tells by itself', () => {
	it('is what its hook wants, all where it does not say, and nothing without one', () => {
		expect(isToldByHost(undefined, 'nan')).toBe(false);
		expect(isToldByHost({ command: '/bin/tell' }, 'nan')).toBe(true);
		expect(isToldByHost({ command: '/bin/tell', events: ['disk'] }, 'nan')).toBe(false);
		expect(isToldByHost({ command: '/bin/tell' }, 'divergence')).toBe(false);
		expect(isToldByHost({ events: ['nan'] }, 'nan')).toBe(false);
	});
});
