import { waitFor } from '../support/bench/waitFor';
import type { WalkSession } from './walkSession';

/** These models answer the sample's own prompts. */
export async function generateFor(session: WalkSession, models: readonly string[]): Promise<void> {
	const { editor } = session;
	await editor.runCommand('Windsock: Generate Responses…');
	await editor.waitForQuickInput('Prompt Set');
	await editor.pick('vibes.jsonl');
	await editor.waitForQuickInput('Models');
	await editor.pickMany(models);
	await editor.waitForQuickInput('Host');
	await editor.pick(session.hostName);
}

/** Votes with the key 1, prompt after prompt. Returns the texts voted for. */
export async function voteForFirst(
	session: WalkSession,
	votes: number,
): Promise<readonly string[]> {
	const { editor } = session;
	const frame = await editor.frameWith('[data-testid="lane-1"]');
	const texts: string[] = [];
	for (let n = 0; n < votes; n++) {
		await frame.locator('[data-testid="lane-1"]').click();
		texts.push(await frame.locator('[data-testid="lane-text-1"]').innerText());
		const before = await frame.locator('[data-testid="vote-status"]').innerText();
		await editor.press('1');
		await waitFor('the vote to be taken', async () => {
			const after = await frame.locator('[data-testid="vote-status"]').innerText();
			return after !== before;
		});
		await editor.press('j');
	}
	return texts;
}
