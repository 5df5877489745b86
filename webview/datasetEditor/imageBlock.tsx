import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Block } from '../../src/core/dataset/example';
import { megabytes, shownImage, type ShownImage } from '../../src/core/dataset/shownImage';
import type { DatasetPageModel } from './pageModel';

type Image = Extract<Block, { readonly kind: 'image' }>;

interface Drawn {
	readonly uri?: string;
	readonly size?: number;
	/** Why there is no picture. */
	readonly reason?: string;
}

/** An image of a row: from the disk or the row itself, never from a network. */
export function ImageBlock(props: {
	readonly model: DatasetPageModel;
	readonly image: Image;
}): JSX.Element {
	const { model, image } = props;
	const shown = shownImage(image);
	const key = shown.kind === 'path' ? shown.path : image.source;
	const [drawn, setDrawn] = useState<Drawn>(() => atFirst(shown));
	useEffect(() => {
		setDrawn(atFirst(shown));
		if (shown.kind !== 'path') {
			return undefined;
		}
		let isWanted = true;
		const load = async (): Promise<void> => {
			const answer = await model.loadImage(shown.path);
			if (isWanted) {
				setDrawn(answer.ok ? answer.value : { reason: answer.message });
			}
		};
		void load();
		return () => {
			isWanted = false;
		};
	}, [key]);
	const name = shown.kind === 'path' ? shown.path : shown.kind === 'address' ? shown.address : '';
	return (
		<figure class="ws-block ws-image" data-testid="image">
			{drawn.uri !== undefined && drawn.reason === undefined && (
				<img
					src={drawn.uri}
					alt={name === '' ? 'Image in the row' : name}
					decoding="async"
					onError={() => setDrawn({ reason: 'It cannot be drawn.' })}
				/>
			)}
			<figcaption class="ws-muted">
				Image{name === '' ? '' : ' '}
				<ImageName shown={shown} />
				{drawn.size !== undefined && ` · ${megabytes(drawn.size)}`}
				{drawn.reason !== undefined && ` · ${drawn.reason}`}
			</figcaption>
		</figure>
	);
}

function atFirst(shown: ShownImage): Drawn {
	switch (shown.kind) {
		case 'inline':
			return { uri: shown.uri, size: shown.bytes };
		case 'address':
			return { reason: 'on a network, not loaded' };
		case 'unshown':
			return { reason: shown.reason };
		case 'path':
			return {};
	}
}

const longestName = 200;

function ImageName({ shown }: { readonly shown: ShownImage }): JSX.Element | null {
	switch (shown.kind) {
		case 'path':
			return <code title={shown.path}>{shortened(shown.path)}</code>;
		case 'address':
			return /^https?:/i.test(shown.address) ? (
				<a href={shown.address} title={shown.address} rel="noreferrer">
					{shortened(shown.address)}
				</a>
			) : (
				<code title={shown.address}>{shortened(shown.address)}</code>
			);
		default:
			return null;
	}
}

function shortened(name: string): string {
	return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}
