import * as vscode from 'vscode';
import { messageFor } from '../../core/base/errorMessages';
import { WindsockError } from '../../core/base/errors';
import type { Result } from '../../core/base/result';
import { hubLocationText, type HubLocation } from '../../core/dataset/hub/hubLocation';
import type { HubListing } from '../../core/dataset/hub/hubListing';
import { expected } from '../../node/dataset/expected';
import type { HubChoice } from '../../node/dataset/hub/hubChoices';
import type { HubPlace } from '../../node/dataset/hub/hubPlace';
import type { Notifications } from '../notifications';
import { viewTypeOf } from './viewTypes';
import { HubMemory } from './hubMemory';
import { pickHubDataset } from './hubPick';
import type { HubTokens } from './hubTokens';
import { hubUri } from './hubUri';
import { sizeText } from './readingCost';

const giveToken = 'Give a Token…';
const readIt = 'Read It';
/** Text that comes over most networks in a few seconds. */
const smallText = 32e6;

export interface OpenOnHubServices {
	readonly notifications: Notifications;
	readonly globalState: vscode.Memento;
	readonly tokens: HubTokens;
	readonly place: () => Promise<HubPlace>;
}

interface Found {
	readonly listing: HubListing;
	readonly choices: readonly HubChoice[];
}

/** Asks for a dataset of the Hub and for one of its lists, and opens it where it is. */
export async function openOnHub(
	services: OpenOnHubServices,
	named: string | undefined,
): Promise<void> {
	const memory = new HubMemory(services.globalState);
	const location = await pickHubDataset(memory, named);
	if (location === undefined) {
		return;
	}
	const found = await look(services, location);
	if (found === undefined) {
		return;
	}
	await memory.keep(hubLocationText(location));
	const { listing, choices } = found;
	const choice = choices.length > 1 ? await pickList(found) : choices[0];
	if (choice && (await mayStream(choice))) {
		const { id, commit } = listing;
		const uri = hubUri(hubLocationText({ id, revision: commit, path: choice.path }));
		await vscode.commands.executeCommand('vscode.openWith', uri, viewTypeOf(uri));
	}
}

/** Lists the dataset. Where the Hub wants a token it is asked for, and then tried once more. */
async function look(
	services: OpenOnHubServices,
	location: HubLocation,
): Promise<Found | undefined> {
	const { notifications, tokens } = services;
	const made = await expected(services.place);
	if (!made.ok) {
		notifications.error(made.error);
		return undefined;
	}
	const place = made.value;
	const list = (): Promise<Result<Found>> =>
		notifications.progress(`Looking at “${location.id}” on ${place.name}`, (_progress, signal) =>
			place.choices(location, signal),
		);
	let found = await list();
	if (!found.ok && isAboutToken(found.error) && (await wantsToGiveToken(found.error))) {
		if (found.error.code === 'hubTokenRefused') {
			await tokens.forget(place.origin);
		}
		if (!(await tokens.ask(place.origin, `“${location.id}” is not shown without one.`))) {
			return undefined;
		}
		found = await list();
		if (!found.ok) {
			notifications.error(found.error);
			return undefined;
		}
	}
	if (!found.ok) {
		if (!isAboutToken(found.error)) {
			notifications.error(found.error);
		}
		return undefined;
	}
	if (found.value.choices.length === 0) {
		const path = hubLocationText(location);
		notifications.error(new WindsockError('datasetUnclear', { path }));
		return undefined;
	}
	return found.value;
}

function isAboutToken({ code }: WindsockError): boolean {
	return code === 'hubTokenNeeded' || code === 'hubTokenRefused';
}

async function wantsToGiveToken(error: WindsockError): Promise<boolean> {
	return (await vscode.window.showErrorMessage(messageFor(error), giveToken)) === giveToken;
}

async function pickList({ listing, choices }: Found): Promise<HubChoice | undefined> {
	const picked = await vscode.window.showQuickPick(
		choices.map(choice => {
			const { name, path, files } = choice;
			const count = files.length === 1 ? '' : `${files.length} files, `;
			return {
				label: name,
				description: `${count}${sizeText(bytesOf(choice))}`,
				...(name === path ? {} : { detail: path }),
				choice,
			};
		}),
		{
			title: `Open “${listing.id}” at Commit ${listing.commit.slice(0, 7)}`,
			placeHolder: 'The dataset holds several lists. Which one?',
			matchOnDetail: true,
		},
	);
	return picked?.choice;
}

/** The rows of text are found only by reading all of it, so a large one is asked for. */
async function mayStream(choice: HubChoice): Promise<boolean> {
	const bytes = bytesOf(choice);
	if (choice.files.every(({ path }) => /\.parquet$/i.test(path)) || bytes <= smallText) {
		return true;
	}
	const answer = await vscode.window.showInformationMessage(
		`“${choice.name}” is text: all of its ${sizeText(bytes)} are read once to find its rows.`,
		{
			modal: true,
			detail:
				'The first rows are shown at once. What was read is kept in the cache folder of your user account (at most 4 GiB in all), so that opening it again reads nothing. Of Parquet files only what is looked at is read.',
		},
		readIt,
	);
	return answer === readIt;
}

function bytesOf({ files }: HubChoice): number {
	return files.reduce((sum, { size }) => sum + size, 0);
}
