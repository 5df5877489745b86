import { expect, test } from 'vitest';
import { promptTitle } from '../../../../src/vscode/responseDiff/promptTitle';

const user = (content: string): { role: 'user'; content: string } => ({ role: 'user', content });

test('a prompt of two turns to be answered is listed by the first', () => {
	const messages = [user('Write a poem\nabout rakes.'), user('Rewrite it.')];
	expect(promptTitle({ id: 'p', messages })).toBe('Write a poem about rakes.');
});

test('a prompt whose earlier turns are answered is listed by the one to be answered', () => {
	const messages = [user('Hello'), { role: 'assistant' as const, content: 'Hi' }, user('A rake?')];
	expect(promptTitle({ id: 'p', messages })).toBe('A rake?');
});

test('a prompt of which only its id is there is listed by that', () => {
	expect(promptTitle({ id: 'p7', messages: [] })).toBe('p7');
});
