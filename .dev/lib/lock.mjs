// One writer at a time for what several checkouts or commands share.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

/** Takes over a lock whose owner died. */
function tryTake(folder) {
	const owner = path.join(folder, 'pid');
	try {
		mkdirSync(folder);
		writeFileSync(owner, String(process.pid));
		return true;
	} catch (error) {
		if (error.code !== 'EEXIST') {
			throw error;
		}
	}
	let pid;
	try {
		pid = Number(readFileSync(owner, 'utf8'));
	} catch {
		return false; // Between the owner's two calls above, or just released.
	}
	if (Number.isInteger(pid) && pid > 0 && !isAlive(pid)) {
		rmSync(folder, { recursive: true, force: true });
	}
	return false;
}

export async function withLock(folder, action) {
	mkdirSync(path.dirname(folder), { recursive: true });
	while (!tryTake(folder)) {
		await delay(200);
	}
	try {
		return await action();
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
