import { describe, expect, it } from 'vitest';
import { parseForwardTarget, printForwardTarget } from '../../../../src/core/hosts/forwardTarget';

describe('what of a host is forwarded', () => {
	it.each([
		['6006', { kind: 'tcp', port: 6006 }],
		[' localhost:6006 ', { kind: 'tcp', port: 6006 }],
		['127.0.0.1:6006', { kind: 'tcp', port: 6006 }],
		['node17:8000', { kind: 'tcp', port: 8000, host: 'node17' }],
		['gpu-3.cluster:65535', { kind: 'tcp', port: 65535, host: 'gpu-3.cluster' }],
		['/tmp/vllm.sock', { kind: 'unix', path: '/tmp/vllm.sock' }],
		['~/run/vllm.sock', { kind: 'unix', path: '~/run/vllm.sock' }],
	])('%s is read', (text, target) => {
		expect(parseForwardTarget(text)).toEqual(target);
	});

	it.each([
		'',
		'0',
		'65536',
		'node17',
		'-oProxyCommand=x:1',
		'a b:1',
		'$(id):1',
		'relative/path',
		'/',
	])('“%s” is refused', text => {
		expect(parseForwardTarget(text)).toBeUndefined();
	});

	it.each(['6006', 'node17:8000', '/tmp/vllm.sock'])('%s is printed as it is typed', text => {
		const target = parseForwardTarget(text);
		expect(target && printForwardTarget(target)).toBe(text);
	});
});
