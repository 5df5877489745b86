const safe = /[A-Za-z0-9._-]/;

/**
 * File name of a model's answers: bytes outside A–Z a–z 0–9 . _ - and a leading dot become %XX. The
 * same rule as `response_file_name` in windsock_remote/run_files.py.
 */
export function responseFileName(label: string): string {
	const bytes = new TextEncoder().encode(label);
	if (bytes.length === 0) {
		throw new RangeError('a label needs at least one character');
	}
	let name = '';
	bytes.forEach((byte, index) => {
		const character = String.fromCharCode(byte);
		const keep = safe.test(character) && !(index === 0 && character === '.');
		name += keep ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
	});
	return `${name}.jsonl`;
}
