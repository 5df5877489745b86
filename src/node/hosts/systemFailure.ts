import { WindsockError } from '../../core/base/errors';
import { lookupName } from './knownHosts';
import { addressOf, sshCommandFor, type SshTarget } from './sshTarget';

/** What the ssh program said before it gave up, as a failure that people know. */
export function failureOf(target: SshTarget, said: string): WindsockError {
	const host = target.alias;
	const lines = said
		.split(/\r?\n/)
		.map(line => line.trim())
		.filter(line => line !== '');
	const reason = lines.findLast(line => !/^(Warning|debug\d|\*\*)/.test(line)) ?? 'it said nothing';
	const keyFacts = {
		host,
		address: addressOf(target),
		fingerprint: /SHA256:[A-Za-z0-9+/]+/.exec(said)?.[0],
		lookup: target.hostKeyAlias ?? lookupName(target.hostName, target.port),
	};
	if (/REVOKED HOST KEY|marked as revoked|revoked by file/.test(said)) {
		return new WindsockError('hostKeyRevoked', keyFacts);
	}
	if (/HOST IDENTIFICATION HAS CHANGED|^Host key for .* has changed/m.test(said)) {
		return new WindsockError('hostKeyChanged', keyFacts);
	}
	if (/host key is known for|Host key verification failed/.test(said)) {
		return new WindsockError('hostKeyUnknown', { ...keyFacts, command: sshCommandFor(target) });
	}
	const denied = /Permission denied \(([^)]*)\)/.exec(said);
	if (denied !== null) {
		const takes = `it takes: ${(denied[1] ?? '').split(',').join(', ')}`;
		return new WindsockError('authenticationFailed', { host, reason: takes });
	}
	if (/Permission denied|Too many authentication failures|authentication methods/.test(said)) {
		return new WindsockError('authenticationFailed', { host, reason });
	}
	if (/Unable to negotiate|no matching|Bad configuration option|^command-line/im.test(said)) {
		return new WindsockError('hostUnsupported', { host, reason });
	}
	return new WindsockError('hostUnreachable', { host, reason });
}
