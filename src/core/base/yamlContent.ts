import type { Document } from 'yaml';

/** Undefined for YAML whose aliases would blow up or go in a ring: it cannot be put on record. */
export function yamlContent(document: Document): unknown {
	try {
		const content: unknown = document.toJS({ maxAliasCount: 100 });
		JSON.stringify(content);
		return content;
	} catch {
		return undefined;
	}
}
