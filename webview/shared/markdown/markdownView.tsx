import { Fragment, h, type JSX } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import { CodeBlock } from './codeBlock';
import { Leaf, LeafContext, plainLeaves, type LeafViews } from './leaf';
import {
	readMarkdown,
	type MarkdownBlock,
	type MarkdownInline,
	type MarkdownItem,
} from './markdownTree';
import './markdown.css';

/**
 * A text as Markdown means it. It is built from elements and text nodes only: HTML in it is shown
 * letter by letter, and nothing is loaded.
 */
export function MarkdownView({ text }: { readonly text: string }): JSX.Element {
	const blocks = useMemo(() => readMarkdown(text), [text]);
	return blocks ? <MarkdownBlocks blocks={blocks} leaves={plainLeaves} /> : <>{text}</>;
}

/** The same for a tree that was read before, with the page's own view of its texts. */
export function MarkdownBlocks(props: {
	readonly blocks: readonly MarkdownBlock[];
	readonly leaves: LeafViews;
}): JSX.Element {
	return (
		<LeafContext.Provider value={props.leaves}>
			<div class="ws-markdown">
				<Blocks blocks={props.blocks} />
			</div>
		</LeafContext.Provider>
	);
}

function Blocks({ blocks }: { readonly blocks: readonly MarkdownBlock[] }): JSX.Element {
	return (
		<>
			{blocks.map((block, i) => (
				<Block key={i} block={block} />
			))}
		</>
	);
}

function Block({ block }: { readonly block: MarkdownBlock }): JSX.Element {
	switch (block.kind) {
		case 'heading':
			// A page has its own headings above; those of a text begin below them.
			return h(
				`h${Math.min(6, block.level + 2)}`,
				{ class: `ws-heading-${block.level}` },
				<Inlines content={block.content} />,
			);
		case 'paragraph':
			return (
				<p>
					<Inlines content={block.content} />
				</p>
			);
		case 'code':
			return (
				<CodeBlock text={block.text} language={block.language}>
					<Leaf of={block} text={block.text} />
				</CodeBlock>
			);
		case 'math':
			return (
				<pre class="ws-math">
					<Leaf of={block} text={block.text} />
				</pre>
			);
		case 'written':
			return (
				<p class="ws-written">
					<Leaf of={block} text={block.text} />
				</p>
			);
		case 'quote':
			return (
				<blockquote>
					<Blocks blocks={block.blocks} />
				</blockquote>
			);
		case 'list':
			return block.start === undefined ? (
				<ul>{block.items.map(itemView)}</ul>
			) : (
				<ol start={block.start}>{block.items.map(itemView)}</ol>
			);
		case 'table':
			return <Table table={block} />;
		case 'rule':
			return <hr />;
	}
}

function itemView({ isDone, blocks }: MarkdownItem, key: number): JSX.Element {
	if (isDone === undefined) {
		return (
			<li key={key}>
				<Blocks blocks={blocks} />
			</li>
		);
	}
	return (
		<li key={key} class="ws-task">
			<span class="ws-task-box" role="img" aria-label={isDone ? 'done' : 'not done'}>
				{isDone ? '☑' : '☐'}
			</span>
			<div>
				<Blocks blocks={blocks} />
			</div>
		</li>
	);
}

function Table(props: {
	readonly table: Extract<MarkdownBlock, { readonly kind: 'table' }>;
}): JSX.Element {
	const { columns, header, rows } = props.table;
	const side = (column: number): string => `ws-cell-${columns[column] ?? 'left'}`;
	return (
		<div class="ws-table" tabIndex={0} role="group" aria-label="Table">
			<table>
				<thead>
					<tr>
						{header.map((cell, i) => (
							<th key={i} scope="col" class={side(i)}>
								<Inlines content={cell} />
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{rows.map((cells, r) => (
						<tr key={r}>
							{cells.map((cell, i) => (
								<td key={i} class={side(i)}>
									<Inlines content={cell} />
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}

function Inlines({ content }: { readonly content: readonly MarkdownInline[] }): JSX.Element {
	return (
		<>
			{content.map((inline, i) => (
				<Fragment key={i}>{inlineView(inline)}</Fragment>
			))}
		</>
	);
}

function inlineView(inline: MarkdownInline): JSX.Element {
	switch (inline.kind) {
		case 'text':
			return <Leaf of={inline} text={inline.text} />;
		case 'code':
			return (
				<code>
					<Leaf of={inline} text={inline.text} />
				</code>
			);
		case 'math':
			return (
				<code class="ws-math">
					<Leaf of={inline} text={inline.text} />
				</code>
			);
		case 'strong':
			return (
				<strong>
					<Inlines content={inline.content} />
				</strong>
			);
		case 'emphasis':
			return (
				<em>
					<Inlines content={inline.content} />
				</em>
			);
		case 'deleted':
			return (
				<del>
					<Inlines content={inline.content} />
				</del>
			);
		case 'link':
			return <Link link={inline} />;
		case 'image':
			return (
				<span class="ws-image-name" title="Images in texts are not loaded">
					Image{inline.text === '' ? '' : ` “${inline.text}”`} <Target target={inline.target} />
				</span>
			);
		case 'break':
			return <br />;
	}
}

/** VS Code opens what is clicked, after its own question. Other schemes are only shown. */
const opened = /^(?:https?:\/\/|mailto:)/i;

function Link({ link }: { readonly link: Extract<MarkdownInline, { kind: 'link' }> }): JSX.Element {
	const { target, content } = link;
	const isBare = content.length === 1 && content[0]?.kind === 'text' && content[0].text === target;
	const shown = <Inlines content={content} />;
	const { inert } = useContext(LeafContext);
	return (
		<>
			{!inert && opened.test(target) ? (
				<a href={target} title={target} rel="noreferrer">
					{shown}
				</a>
			) : (
				<span>{shown}</span>
			)}
			{!isBare && (
				<>
					{' '}
					<Target target={target} />
				</>
			)}
		</>
	);
}

const longestTarget = 80;

/** Where a link leads, as text: what a link says and where it goes may differ. */
function Target({ target }: { readonly target: string }): JSX.Element {
	const shown = target.length > longestTarget ? `${target.slice(0, longestTarget)}…` : target;
	return (
		<span class="ws-target" title={target}>
			({shown})
		</span>
	);
}
