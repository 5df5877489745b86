/**
 * Whether a path names a test or validation split, as hubs and tools name them: `test_sft-00000-of-…`,
 * `test.jsonl`, `train.test.jsonl`, `data/test/…`.
 */
export function isTestSplitName(path: string): boolean {
	const parts = path.split(/[\\/]/);
	const name = parts.at(-1) ?? '';
	const folder = parts.at(-2) ?? '';
	return (
		/^(?:test|valid|validation|eval|dev)(?:_(?:sft|prefs|gen))?(?:-\d+-of-\d+)?(?:-[0-9a-f]{8,})?\.[a-z.]+$/i.test(
			name,
		) ||
		/\.(?:test|validation)\.[a-z]+$/i.test(name) ||
		/^(?:test|validation)(?:_(?:sft|prefs|gen))?$/i.test(folder)
	);
}
