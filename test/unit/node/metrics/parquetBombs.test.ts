import { parquetWriteBuffer } from 'hyparquet-writer';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { findMetrics } from '../../../../src/node/metrics/findMetrics';
import { MetricFiles } from '../../../../src/node/metrics/metricFiles';
import { localPlace } from '../../../../src/node/metrics/places/localPlace';
import { MetricFolder } from './metricFolder';

const folder = new MetricFolder();
afterAll(() => folder.remove());

const columnsOf = (count: number) => [
	{
		name: 'step',
		data: Array.from({ length: count }, (_, i) => BigInt(i)),
		type: 'INT64' as const,
	},
	{ name: 'loss', data: Array.from({ length: count }, Math.random), type: 'DOUBLE' as const },
];

async function reasonOf(name: string, bytes: ArrayBuffer | Uint8Array): Promise<unknown> {
	const found = await findMetrics(localPlace, folder.write(name, new Uint8Array(bytes)));
	const files = new MetricFiles(localPlace, (found.ok ? found.value.sources[0] : undefined)!);
	const read = await files.read();
	return read.ok ? 'read' : read.error.details;
}

it('unpacks no page beyond what it says it is', async () => {
	const bomb = gzipSync(new Uint8Array(64 << 20));
	const bytes = parquetWriteBuffer({
		columnData: columnsOf(3),
		codec: 'GZIP',
		compressors: { GZIP: () => bomb },
	});
	expect(bytes.byteLength).toBeLessThan(200_000);
	expect(await reasonOf('gzip.parquet', bytes)).toMatchObject({
		reason: expect.stringMatching(/larger than/) as unknown,
	});
});

it('takes no memory for a page that cannot be as large as it says', async () => {
	const bytes = parquetWriteBuffer({
		columnData: columnsOf(500_000),
		rowGroupSize: 500_000,
		codec: 'SNAPPY',
		compressors: { SNAPPY: () => Uint8Array.of(1, 0, 0, 0) },
	});
	expect(bytes.byteLength).toBeLessThan(10_000);
	expect(await reasonOf('snappy.parquet', bytes)).toMatchObject({
		reason: 'a page of it is said to be larger than it can be',
	});
});

it('reads no file whose footer says more rows than its groups have', async () => {
	const bytes = new Uint8Array(parquetWriteBuffer({ columnData: columnsOf(3) }));
	// The number of all rows: a field of 64 bits, and 3 in zigzag.
	const footer = bytes.length - 8 - new DataView(bytes.buffer).getUint32(bytes.length - 8, true);
	const at = bytes.findIndex((byte, i) => i >= footer && byte === 0x16 && bytes[i + 1] === 6);
	bytes[at + 1] = 126;
	expect(await reasonOf('rows.parquet', bytes)).toMatchObject({
		reason: 'its own counts of its rows differ (63 at most)',
	});
});
