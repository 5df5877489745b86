/** What a fixture is made of: the server as a client names it, and its keys. */
export interface KnownHostsParts {
	/** `[127.0.0.1]:PORT` */
	readonly name: string;
	readonly port: number;
	/** `TYPE BLOB` of the server's keys; the one-key server has the first only. */
	readonly ed25519: string;
	readonly ecdsa: string;
	readonly rsa: string;
	/** Who signed the key of the server with a certificate. */
	readonly authority: string;
}

/** One way to write known hosts, to be judged as OpenSSH does. */
export interface KnownHostsCase {
	readonly title: string;
	/** Text of the first file; `null`: there is none. */
	readonly first: string | null;
	/** Text of the second file of the person, and of the machine's. */
	readonly second?: string;
	readonly global?: string;
	/** Lines of the ssh config. */
	readonly lines?: readonly string[];
	/** `ssh-keygen -H` is run over the first file. */
	readonly hashed?: boolean;
	/** `one`: ed25519 only; `several`: three types of key; `certified`: with a certificate beside. */
	readonly server: 'one' | 'several' | 'certified';
}

/** Another key of the same type: well formed, and nobody's. */
export function otherKey(key: string, fill = 9): string {
	const [type, blob = ''] = key.split(' ');
	const bytes = Buffer.from(blob, 'base64');
	return `${type} ${Buffer.concat([bytes.subarray(0, -32), Buffer.alloc(32, fill)]).toString('base64')}`;
}

type Row = readonly [title: string, first: string | null, more?: Partial<KnownHostsCase>];

/** Sixty and more, by the server that they are for. */
export function knownHostsCases(
	parts: Readonly<Record<KnownHostsCase['server'], KnownHostsParts>>,
): readonly KnownHostsCase[] {
	const of = (server: KnownHostsCase['server'], rows: readonly Row[]): readonly KnownHostsCase[] =>
		rows.map(([title, first, more]) => ({ title, first, server, ...more }));
	return [
		...of('one', [...namesOf(parts.one), ...keysOf(parts.one), ...placesOf(parts.one)]),
		...of('several', typesOf(parts.several)),
		...of('certified', authoritiesOf(parts.certified)),
	];
}

function namesOf({ name, port, ed25519: key }: KnownHostsParts): readonly Row[] {
	const other = otherKey(key);
	const hashed = { hashed: true };
	return [
		['plain', `${name} ${key}`],
		['hashed', `${name} ${key}`, hashed],
		['a comment after it', `${name} ${key} someone@somewhere`],
		['without the port', `127.0.0.1 ${key}`],
		['hashed without the port', `127.0.0.1 ${key}`, hashed],
		['another key without the port', `127.0.0.1 ${other}`],
		['hashed, another key without the port', `127.0.0.1 ${other}`, hashed],
		['right with the port, another without', `127.0.0.1 ${other}\n${name} ${key}`],
		['another with the port, right without', `127.0.0.1 ${key}\n${name} ${other}`],
		['a wildcard', `[127.0.0.*]:* ${key}`],
		['a star for all', `* ${key}`],
		['a star without brackets', `127.* ${key}`],
		['a wildcard port only', `[127.0.0.1]:* ${key}`],
		['question marks', `[127.0.0.?]:${String(port).replace(/./g, '?')} ${key}`],
		['one question mark too many', `[127.0.0.??]:${port} ${key}`],
		['a list', `gpu1,${name},gpu2 ${key}`],
		['hashed, a list', `gpu1,${name},gpu2 ${key}`, hashed],
		['a list with blanks is none', `gpu1, ${name} ${key}`],
		['a negated name', `*,!${name} ${key}`],
		['a negated name before the star', `!${name},* ${key}`],
		['a negated wildcard', `${name},![127.*]:* ${key}`],
		['a negated other name', `*,!gpu9 ${key}`],
		['a negated name alone', `!gpu9 ${key}`],
		['negated in one line, named in the next', `*,!${name} ${key}\n${name} ${key}`],
		['another port', `[127.0.0.1]:1 ${key}`],
		['hashed, another port', `[127.0.0.1]:1 ${key}`, hashed],
		['upper case', `${name.toUpperCase()} ${key}`],
		['a hash that is no hash', `|1|abcd|efgh ${key}`],
		['an unknown kind of hash', `|2|abcd|efgh ${key}`],
	];
}

function keysOf({ name, ed25519: key, ecdsa }: KnownHostsParts): readonly Row[] {
	const other = otherKey(key);
	const [type = '', blob = ''] = key.split(' ');
	return [
		['another key', `${name} ${other}`],
		['hashed, another key', `${name} ${other}`, { hashed: true }],
		['another type of key only', `${name} ${ecdsa}`],
		['the right one of two', `${name} ${other}\n${name} ${key}`],
		['hashed, the right one of two', `${name} ${other}\n${name} ${key}`, { hashed: true }],
		['two others', `${name} ${other}\n${name} ${otherKey(key, 8)}`],
		['revoked', `@revoked ${name} ${key}`],
		['revoked for all', `${name} ${key}\n@revoked * ${key}`],
		['revoked before it is named', `@revoked * ${key}\n${name} ${key}`],
		['another one revoked', `${name} ${key}\n@revoked * ${other}`],
		['revoked for another host', `${name} ${key}\n@revoked gpu1 ${key}`],
		['revoked without the port', `${name} ${key}\n@revoked 127.0.0.1 ${key}`],
		['only revoked without the port', `@revoked 127.0.0.1 ${key}`],
		['revoked, and another known', `@revoked * ${key}\n${name} ${other}`],
		['an unknown marker', `@other ${name} ${key}`],
		['a marker in capitals', `@REVOKED ${name} ${key}\n${name} ${key}`],
		['a type that does not fit', `${name} ssh-rsa ${blob}`],
		['no key', `${name} ${type}`],
		['a cut key', `${name} ${type} ${blob.slice(0, 40)}`],
		['a key with stray characters', `${name} ${type} ${blob.slice(0, 30)}!?${blob.slice(30)}`],
		['a key of the first protocol', `${name} 1024 37 1234567890\n${name} ${key}`],
		['a comment', `# ${name} ${key}`],
		['space before it', `  ${name}\t${key}`],
		['the line ends of Windows', `${name} ${key}\r`],
		['nothing', ''],
	];
}

function placesOf({ name, ed25519: key }: KnownHostsParts): readonly Row[] {
	const other = otherKey(key);
	const alias = (said = 'cluster'): Partial<KnownHostsCase> => ({
		lines: [`HostKeyAlias ${said}`],
	});
	return [
		['no file', null],
		['in the second file', null, { second: `${name} ${key}` }],
		[
			'right in the second file, another in the first',
			`${name} ${other}`,
			{ second: `${name} ${key}` },
		],
		['in the file of the machine', null, { global: `${name} ${key}` }],
		['another in the file of the machine', `${name} ${key}`, { global: `${name} ${other}` }],
		['revoked by the machine', `${name} ${key}`, { global: `@revoked * ${key}` }],
		['under its alias', `cluster ${key}`, alias()],
		['hashed, under its alias', `cluster ${key}`, { ...alias(), hashed: true }],
		['an alias in capitals', `cluster ${key}`, alias('CLUSTER')],
		['another under its alias', `cluster ${other}\n${name} ${key}`, alias()],
		['an alias with the port', `[cluster]:1 ${key}`, alias()],
		['its address, when it has an alias', `${name} ${key}`, alias()],
		['a wildcard for its alias', `clus* ${key}`, alias()],
		['a list of revoked keys', `${name} ${key}`, { lines: ['RevokedHostKeys FOLDER/revoked'] }],
		[
			'a file with a blank in its name',
			null,
			{ lines: ['UserKnownHostsFile "FOLDER/known ones" FOLDER/none'] },
		],
		['a command that knows it', null, { lines: [`KnownHostsCommand /bin/echo ${name} ${key}`] }],
	];
}

function typesOf({ name, ed25519, ecdsa, rsa }: KnownHostsParts): readonly Row[] {
	return [
		['one of three types', `${name} ${rsa}`],
		['another one of three types', `${name} ${ecdsa}`],
		['the first type wrong, the second right', `${name} ${otherKey(ed25519)}\n${name} ${ecdsa}`],
		['one type revoked, another known', `@revoked ${name} ${ed25519}\n${name} ${ecdsa}`],
		['two types known', `${name} ${ed25519}\n${name} ${rsa}`],
		['one type without the port', `127.0.0.1 ${ecdsa}`],
		['one type hashed', `${name} ${rsa}`, { hashed: true }],
		['one type by a wildcard', `[127.*]:* ${ecdsa}`],
		['one type in each file', `${name} ${otherKey(ed25519)}`, { second: `${name} ${rsa}` }],
		['a wanted algorithm', `${name} ${ed25519}`, { lines: ['HostKeyAlgorithms rsa-sha2-512'] }],
		['none of three types', ''],
	];
}

function authoritiesOf({ name, ed25519: key, authority }: KnownHostsParts): readonly Row[] {
	const other = otherKey(key);
	return [
		['its authority', `@cert-authority ${name} ${authority}`],
		['its authority by a wildcard', `@cert-authority [127.*]:* ${authority}`],
		['its authority without the port', `@cert-authority 127.0.0.1 ${authority}`],
		['another authority', `@cert-authority ${name} ${other}`],
		['its own key as the authority', `@cert-authority ${name} ${key}`],
		['its authority revoked', `@cert-authority ${name} ${authority}\n@revoked * ${authority}`],
		['its key revoked', `@cert-authority ${name} ${authority}\n@revoked * ${key}`],
		['its authority and its key', `@cert-authority ${name} ${authority}\n${name} ${key}`],
		['its authority and an old key', `@cert-authority ${name} ${authority}\n${name} ${other}`],
		['another authority and its key', `@cert-authority ${name} ${other}\n${name} ${key}`],
		['an authority of another host', `@cert-authority gpu1 ${authority}`],
		['its authority as a plain key', `${name} ${authority}`],
		[
			'its authority in the second file',
			`${name} ${other}`,
			{ second: `@cert-authority * ${authority}` },
		],
	];
}
