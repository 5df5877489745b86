import { rm } from 'node:fs/promises';
import path from 'node:path';
import { walkSteps } from './walk';
import { WalkSession } from './walkSession';

/** Walks the loop on the `local` host and tells what it did. False when a step failed. */
export async function play(options: {
	readonly root: string;
	readonly vsix: string;
}): Promise<boolean> {
	const pictures = path.join(options.root, 'test-results', 'play');
	await rm(pictures, { recursive: true, force: true });
	const print = (line: string): void => void process.stdout.write(`${line}\n`);
	const began = performance.now();
	const session = await WalkSession.start({ ...options, hostName: 'local', pictures });
	const stop = (): void => void session.stop().then(() => process.exit(130));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
	let told = 0;
	const tell = (): void => {
		session.facts.slice(told).forEach(fact => print(`      ${fact}`));
		told = session.facts.length;
	};
	try {
		print(`\nWalking the loop in VS Code at ${session.server.url}`);
		for (const [index, step] of walkSteps.entries()) {
			const start = performance.now();
			try {
				await step.run(session);
			} catch (error) {
				tell();
				print(`✗ ${index + 1}. ${step.title}`);
				print(error instanceof Error ? (error.stack ?? error.message) : String(error));
				await session.dumpFailure();
				print(`The window as it was: ${path.join(pictures, 'failure.png')}`);
				return false;
			}
			print(`✓ ${index + 1}. ${step.title}  ${secondsSince(start)} s`);
			tell();
		}
		print(`\nThe whole loop took ${secondsSince(began)} s. Pictures: ${pictures}`);
		return true;
	} finally {
		await session.stop();
	}
}

function secondsSince(start: number): string {
	return ((performance.now() - start) / 1000).toFixed(1);
}
