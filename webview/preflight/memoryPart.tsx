import type { JSX } from 'preact';
import { byteSize } from '../../src/core/base/byteSize';
import type { PreflightDisk, PreflightMemory } from '../../src/core/contract/runFiles.generated';
import {
	diskWords,
	isRoomOnDisk,
	memoryPartName,
	settingsWords,
	verdictWords,
} from '../../src/core/training/preflight/summaryWords';
import { gpuMemory } from '../../src/core/training/preflight/gpuMemory';
import { Button } from '../shared/components/button';

/** Whether it fits the GPU, as a bar of what takes the memory, and the one change that makes it fit. */
export function MemoryPart(props: {
	readonly memory: PreflightMemory;
	readonly onFix: () => void;
	/** Measures it; absent while something else goes on. */
	readonly onProbe?: (() => void) | undefined;
}): JSX.Element {
	const { memory, onFix, onProbe } = props;
	const { low, expected, high, available, gpus, verdict, change, measured } = memory;
	const peak = measured ?? expected;
	const scale = Math.max(high, available ?? 0, peak, 1);
	const width = (bytes: number): string => `${((100 * bytes) / scale).toFixed(2)}%`;
	const parts = memory.parts.filter(({ bytes }) => bytes > 0);
	const sum = parts.reduce((total, { bytes }) => total + bytes, 0);
	return (
		<section class="ws-fact" data-testid="memory">
			<h2>Memory{gpus !== undefined && gpus > 1 ? ` of each of ${gpus} GPUs` : ' of the GPU'}</h2>
			<p class={`ws-fact-verdict ws-verdict-${verdict}`}>{verdictWords(memory)}</p>
			<p>
				{measured === undefined ? (
					<>
						<strong>{gpuMemory(expected)}</strong> expected, {gpuMemory(low)} to {gpuMemory(high)}
					</>
				) : (
					<>
						<strong>{gpuMemory(measured)}</strong> measured, {gpuMemory(expected)} expected
					</>
				)}
				{available !== undefined && `; the GPU has ${gpuMemory(available)}`}
			</p>
			<svg class="ws-memory-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
				<Bars parts={parts} sum={sum} peak={peak} scale={scale} />
				{available !== undefined && (
					<line
						class="ws-memory-limit"
						x1={(100 * available) / scale}
						x2={(100 * available) / scale}
						y1="0"
						y2="10"
					/>
				)}
			</svg>
			<ul
				class="ws-memory-parts"
				aria-label={`What takes the memory, up to ${width(peak)} of the bar`}
			>
				{parts.map((part, index) => (
					<li key={part.name}>
						<svg class="ws-memory-key" viewBox="0 0 10 10" aria-hidden="true">
							<rect class={`ws-memory-${index % 6}`} width="10" height="10" />
						</svg>
						<span>{memoryPartName(part)}</span>
						<span class="ws-number">{gpuMemory(part.bytes)}</span>
					</li>
				))}
			</ul>
			{change !== undefined && (
				<div class="ws-fact-change">
					<p>
						With <code>{settingsWords(change.set)}</code> it is {gpuMemory(change.expected)}, and
						the global batch stays.
					</p>
					<Button appearance="primary" testId="memory-fix" onClick={onFix}>
						Set It in the Recipe
					</Button>
				</div>
			)}
			{onProbe && measured === undefined && (
				<div class="ws-fact-change">
					<Button
						label="Trains two steps on the longest rows on the host, and measures"
						testId="probe"
						onClick={onProbe}
					>
						Measure with Two Steps
					</Button>
				</div>
			)}
		</section>
	);
}

function Bars(props: {
	readonly parts: PreflightMemory['parts'];
	readonly sum: number;
	readonly peak: number;
	readonly scale: number;
}): JSX.Element {
	const { parts, sum, peak, scale } = props;
	let at = 0;
	return (
		<>
			{parts.map(({ name, bytes }, index) => {
				const width = sum === 0 ? 0 : ((bytes / sum) * 100 * peak) / scale;
				const x = at;
				at += width;
				return (
					<rect key={name} class={`ws-memory-${index % 6}`} x={x} y="0" width={width} height="10" />
				);
			})}
		</>
	);
}

export function DiskPart({ disk }: { readonly disk: PreflightDisk }): JSX.Element {
	const { checkpoint, checkpoints, free } = disk;
	const needed = checkpoint * checkpoints;
	return (
		<section class="ws-fact" data-testid="disk">
			<h2>Disk</h2>
			<p class={`ws-fact-verdict ws-verdict-${isRoomOnDisk(disk) ? 'fits' : 'tooBig'}`}>
				{diskWords(disk).split(':')[0]}
			</p>
			<p>
				<strong>{byteSize(needed)}</strong> of {byteSize(free)} free: {checkpoints}{' '}
				{checkpoints === 1 ? 'checkpoint' : 'checkpoints'} of {byteSize(checkpoint)} at the fullest
				moment
			</p>
		</section>
	);
}
