const signs: readonly (readonly [sign: string, type: string])[] = [
	['89504e47', 'image/png'],
	['ffd8ff', 'image/jpeg'],
	['47494638', 'image/gif'],
	['52494646', 'image/webp'],
];

/** Bytes in a text that loses none of them and that says what they are: a `data:` URI. */
export function binaryText(bytes: Uint8Array): string {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const head = buffer.subarray(0, 4).toString('hex');
	const type = signs.find(([sign]) => head.startsWith(sign))?.[1] ?? 'application/octet-stream';
	return `data:${type};base64,${buffer.toString('base64')}`;
}

/** Throws an error for another text. */
export function binaryBytes(text: string): Uint8Array {
	const base64 = /^data:[\w/+.-]+;base64,([A-Za-z0-9+/]*={0,2})$/.exec(text)?.[1];
	if (base64 === undefined) {
		throw new Error('bytes are written as data:application/octet-stream;base64,…');
	}
	return Uint8Array.from(Buffer.from(base64, 'base64'));
}
