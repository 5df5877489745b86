import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { reportStyle, reportStyleHash } from '../../../../../src/core/metrics/export/reportStyle';

it('allows exactly its own style sheet', () => {
	const hash = createHash('sha256').update(reportStyle).digest('base64');
	expect(reportStyleHash).toBe(hash);
});
