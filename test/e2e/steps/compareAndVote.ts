import { strict as assert } from 'node:assert';
import { waitFor } from '../../support/bench/waitFor';
import { generateFor, voteForLongest } from '../comparison';
import { adoptNewRun, readLines, waitForFinish } from '../runFiles';
import type { WalkSession } from '../walkSession';

interface Message {
	readonly role: string;
	readonly content: string;
}

interface Pair {
	readonly prompt: readonly Message[];
	readonly chosen: readonly Message[];
	readonly rejected: readonly Message[];
}

/** Three models answer one prompt set; two votes with one key each become preference pairs. */
export async function compareAndVote(session: WalkSession): Promise<void> {
	const { editor, workspace } = session;
	await generateFor(session, ['base', 'sft-tiny', 'dpo-tiny']);
	const folder = await adoptNewRun(session, 'answers');
	await waitForFinish(folder);
	await (await editor.inWebview('lane-text-3')).waitFor();
	const helicopter = (await editor.frameWith('[data-testid="prompt-row-0"]'))
		.locator('[data-testid^="prompt-row-"]')
		.filter({ hasText: /helicopter/i })
		.first();
	await helicopter.click();
	await session.picture('three-answers');

	const frame = await editor.frameWith('[data-testid="lane-1"]');
	const marks = frame.locator('[data-testid^="lane-text-"] mark.rd-change');
	await waitFor('word differences', async () => (await marks.count()) > 0);

	const voted = await voteForLongest(session, 2);
	const pairs = await waitFor('the votes as preference pairs', async () => {
		const found = await readLines<Pair>(workspace.path('.windsock/preferences/votes.jsonl'));
		return found.length >= 1 && found;
	});
	for (const pair of pairs) {
		assert.equal(pair.prompt.at(-1)?.role, 'user');
		assert.equal(pair.chosen[0]?.role, 'assistant');
		assert.notEqual(pair.chosen[0]?.content, pair.rejected[0]?.content);
	}
	assert.ok(
		pairs.some(pair => flat(pair.chosen[0]?.content ?? '') === flat(voted[0] ?? '')),
		'the answer voted for is the chosen one of a pair',
	);
	await session.picture('voted');
	session.note(
		`2 votes made ${pairs.length} preference pairs in .windsock/preferences/votes.jsonl`,
	);
}

/** The screen shows line ends as it likes. */
function flat(text: string): string {
	return text.replaceAll(/\s+/g, ' ').trim();
}
