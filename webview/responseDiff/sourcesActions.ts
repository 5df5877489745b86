import { host } from './actions';

export function findPhrase(label: string, phrase: string): void {
	host.notify('sourcesAsked', { from: 'behaviour', label, phrase });
}

export const closeSources = (): void => host.notify('sourcesClosed', {});
export const chooseSources = (): void => host.notify('sourceDatasetsAsked', {});
export const openSource = (place: number): void => host.notify('sourceOpened', { place });
