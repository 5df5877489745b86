import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: 'unit',
					include: ['test/{unit,contract,fuzz}/**/*.test.{ts,tsx}'],
					testTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'ssh',
					include: ['test/integration/ssh/**/*.test.ts'],
					testTimeout: 180_000,
					hookTimeout: 180_000,
				},
			},
			{
				test: {
					name: 'slurm',
					include: ['test/integration/slurm/**/*.test.ts'],
					testTimeout: 180_000,
					hookTimeout: 180_000,
					// Each file has a cluster of its own; one at a time is enough for a small machine.
					fileParallelism: false,
				},
			},
			{
				test: {
					name: 'window',
					include: ['test/integration/vscode/window/**/*.test.ts'],
					testTimeout: 300_000,
					hookTimeout: 300_000,
					fileParallelism: false,
				},
			},
			{
				test: {
					name: 'e2e',
					include: ['test/e2e/**/*.test.ts'],
					testTimeout: 900_000,
					hookTimeout: 300_000,
					// Two loops, each one trainer of one thread at a time.
					maxWorkers: 2,
				},
			},
		],
	},
});
