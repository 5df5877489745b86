import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hubToken, tokenIn } from '../../../../src/node/hub/hubToken';
import { temporaryFolder } from '../dataset/temporaryFolder';

it('takes the token that the tools of the Hub take', async () => {
	const home = await temporaryFolder();
	expect(await hubToken({}, home)).toBeUndefined();
	const folder = join(home, '.cache', 'huggingface');
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, 'token'), 'hf_file\n');
	expect(await hubToken({}, home)).toEqual({ value: 'hf_file', source: join(folder, 'token') });
	expect(await hubToken({ HF_TOKEN: 'hf_variable' }, home)).toEqual({
		value: 'hf_variable',
		source: 'HF_TOKEN',
	});
	const other = join(home, 'other');
	await writeFile(other, 'hf_other');
	expect((await hubToken({ HF_TOKEN_PATH: other }, home))?.value).toBe('hf_other');
	expect(await hubToken({ HF_HOME: join(home, 'nowhere') }, home)).toBeUndefined();
});

it('takes nothing for a token that could stand for more in a header', () => {
	expect(tokenIn('hf_a\r\nx-other: 1')).toBeUndefined();
	expect(tokenIn(' \n')).toBeUndefined();
});
