import type { Disposable } from '../../core/base/disposable';
import type { Trainers } from './trainers';

/** Trainers whose code is loaded with its first use, so that no start of a window waits for it. */
export class LazyTrainers implements Disposable {
	#loaded: Promise<Trainers> | undefined;

	constructor(private readonly load: () => Promise<Trainers>) {}

	get(): Promise<Trainers> {
		return (this.#loaded ??= this.load());
	}

	dispose(): void {
		void this.#loaded?.then(trainers => trainers.dispose());
	}
}
