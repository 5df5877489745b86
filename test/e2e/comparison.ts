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

/**
 * Votes by one key for the longest answer, prompt after prompt from the one in view. The names are
 * hidden, so the walk cannot know whose it is. Returns the texts voted for.
 */
export async function voteForLongest(
	session: WalkSession,
	votes: number,
): Promise<readonly string[]> {
	const { editor } = session;
	const frame = await editor.frameWith('[data-testid="lane-1"]');
	const voted: string[] = [];
	for (let n = 0; n < votes; n++) {
		const texts = await frame.locator('[data-testid^="lane-text-"]').allInnerTexts();
		const lengths = texts.map(text => (text === 'Empty answer' ? 0 : text.length));
		const best = lengths.indexOf(Math.max(...lengths));
		voted.push(texts[best] ?? '');
		await frame.locator(`[data-testid="lane-${best + 1}"]`).click();
		const status = frame.locator('[data-testid="vote-status"]');
		const before = await status.innerText();
		await editor.press(String(best + 1));
		await waitFor('the vote to be taken', async () => (await status.innerText()) !== before);
		await editor.press('j');
	}
	return voted;
}
