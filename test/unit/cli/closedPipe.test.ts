import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { outliveReader } from '../../../src/cli/closedPipe';

it('goes on where nobody reads any more', async () => {
	const reader = spawn(process.execPath, ['-e', ''], { stdio: ['pipe', 'ignore', 'ignore'] });
	outliveReader(reader.stdin);
	await once(reader, 'exit');
	await new Promise(resolve => reader.stdin.write('x'.repeat(1 << 20), resolve));
	expect(reader.stdin.destroyed).toBe(true);
});

it('hides no other failure of writing', () => {
	const stream = new Writable();
	outliveReader(stream);
	expect(() => stream.emit('error', new Error('no space left'))).toThrow('no space left');
});
