import { createConnection } from 'node:net';

/** SSH_AGENTC_REQUEST_IDENTITIES. */
const request = Buffer.from([0, 0, 0, 1, 11]);
const identitiesAnswer = 12;
/** Milliseconds for an agent's answer; a slow one is asked by the login anyway. */
const patience = 2000;
const maxAnswer = 256 * 1024;

/** Types of all keys that an agent holds, also those that ssh2 leaves out. Empty without an agent. */
export async function agentKeyTypes(agent: string): Promise<readonly string[]> {
	const { promise, resolve } = Promise.withResolvers<readonly string[]>();
	const socket = createConnection(agent, () => socket.write(request));
	let received = Buffer.alloc(0);
	socket.setTimeout(patience, () => socket.destroy());
	socket.on('error', () => resolve([]));
	socket.on('close', () => resolve([]));
	socket.on('data', chunk => {
		received = Buffer.concat([received, chunk]);
		if (received.length > maxAnswer) {
			socket.destroy();
		} else if (received.length >= 4 && received.length >= received.readUInt32BE(0) + 4) {
			resolve(typesIn(received.subarray(4)));
			socket.destroy();
		}
	});
	return await promise;
}

function typesIn(answer: Buffer): readonly string[] {
	if (answer.length < 5 || answer[0] !== identitiesAnswer) {
		return [];
	}
	const types: string[] = [];
	let position = 5;
	const next = (): Buffer | undefined => {
		const start = position + 4;
		if (start > answer.length) {
			return undefined;
		}
		position = start + answer.readUInt32BE(position);
		return position > answer.length ? undefined : answer.subarray(start, position);
	};
	for (let left = answer.readUInt32BE(1); left > 0; left--) {
		const key = next();
		const comment = next();
		if (key === undefined || comment === undefined || key.length < 4) {
			break;
		}
		types.push(key.toString('latin1', 4, 4 + Math.min(key.readUInt32BE(0), 100)));
	}
	return types;
}
