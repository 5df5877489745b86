/** A name that no other has: “sft-tiny” becomes “sft-tiny-2”, “sft-tiny-2” becomes “sft-tiny-3”. */
export function nextName(name: string, isTaken: (name: string) => boolean): string {
	const stem = name.replace(/-\d+$/, '');
	let n = 2;
	while (isTaken(`${stem}-${n}`)) {
		n++;
	}
	return `${stem}-${n}`;
}
