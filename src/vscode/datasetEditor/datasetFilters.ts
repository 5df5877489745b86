/** What dialogs show as files of rows. */
export const datasetFilters: Record<string, string[]> = {
	Datasets: ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'gz', 'zst', 'parquet', 'arrow'],
};
