import { expect, it } from 'vitest';
import { checkReplyText } from '../../../../../src/core/dataset/findings/checkRow';
import { findingCodes } from '../../../../../src/core/dataset/findings/finding';
import { meanings } from '../../../../../src/core/dataset/findings/meanings';

// In parts, so that nothing takes it for a key that was left here.
const key = ['sk', 'proj', 'aB3dE5fG7hJ9kL1mN2pQ'].join('-');
const loop = 'round and round it goes now '.repeat(8);

it.each([
	['lowerCaseStart', 'All is well. how are you?', 'how'],
	[
		'personalPreface',
		'  As an AI language model, I have no taste in these things, really.',
		'As an AI language model, I have no taste',
	],
	['refusal', 'I cannot help with that request.', 'I cannot help with that request.'],
	['garbledText', 'The cafÃ© is closed.', 'Ã©'],
	['emailAddress', 'Write to ann.lee@northwind.com today.', 'ann.lee@northwind.com'],
	['phoneNumber', 'Call +49 30 901820 now.', '+49 30 901820'],
	['secretKey', `Use ${key} here.`, key],
	['repetition', `It goes: ${loop}.`, loop.trim()],
])('%s says where its words stand', (code, text, words) => {
	const finding = checkReplyText(text).find(one => one.code === code);
	expect(finding && text.slice(finding.start, finding.end)).toBe(words);
});

it('has a sentence for each kind of finding', () => {
	for (const code of findingCodes) {
		expect(meanings[code]).toMatch(/^[A-Z].*\.$/s);
	}
});
