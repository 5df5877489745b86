import { describe, expect, it } from 'vitest';
import type { DoctorFinding } from '../../../../src/core/doctor/finding';
import { countWords, DoctorState, stepWords } from '../../../../webview/runMonitor/doctorState';

describe('the doctor’s words on the page', () => {
	it('count what there is of each severity', () => {
		const some = (...severities: ('error' | 'warning' | 'info')[]): string =>
			countWords(severities.map(severity => ({ severity })));
		expect(some()).toBe('');
		expect(some('error')).toBe('1 error');
		expect(some('warning', 'info', 'error', 'warning')).toBe('1 error, 2 warnings and 1 note');
	});

	it('name one step or several', () => {
		expect(stepWords({ from: 12, to: 12 })).toBe('step 12');
		expect(stepWords({ from: 12, to: 40 })).toBe('steps 12–40');
	});
});

describe('the doctor’s strip', () => {
	const finding: DoctorFinding = {
		code: 'stall',
		severity: 'error',
		title: 'Steps stopped coming',
		sentence: 'No step for 2 minutes.',
		advice: 'Look at the log.',
		evidence: [],
		sources: [],
	};
	const said = (runId: string, ...findings: DoctorFinding[]) => [
		{ runId, findings, dismissed: 0, hasRecipe: true },
	];
	const unexpected = (): never => {
		throw new Error('not expected here');
	};
	const fresh = () =>
		new DoctorState({ showChange: unexpected, dismiss: unexpected, restore: unexpected });

	it('is open on what is known when a run is opened, and stays as a person left it', () => {
		const doctor = fresh();
		doctor.take(said('A', finding));
		expect(doctor.isOpen.value).toBe(true);
		doctor.isOpen.value = false;
		doctor.take(said('A', finding, finding));
		expect(doctor.isOpen.value).toBe(false);
	});

	it('takes one line for what comes while the run is watched', () => {
		const doctor = fresh();
		doctor.take(said('A'));
		doctor.take(said('A', finding));
		expect([doctor.isOpen.value, doctor.count.value]).toEqual([false, 1]);
		doctor.take(said('B', finding));
		expect(doctor.isOpen.value).toBe(true);
	});
});
