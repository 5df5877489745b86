/** One event file among those of a folder: when it was written, and what. */
export class EventWriter {
	/** Unix seconds of its first and its newest scalar. */
	first = Number.NaN;
	last = -Infinity;
	/** Files written one after the other share a lane; those written at the same time do not. */
	lane = 1;
	/** What each of its tags is called by, before the tag's own name. */
	readonly prefixes = new Map<string, string>();
	/** When the first of the later files of its lane began, as far as is known. */
	until = Infinity;
	hasBegun = false;
}

/**
 * Tells the event files of one folder that go on where others ended (restarts) from those that were
 * written at the same time (ranks, or several writers of one process). The latter are no restarts:
 * a line through the numbers of two writers would show what neither of them had, so a tag that two
 * of them log has two names.
 */
export class EventWriters {
	readonly #all: EventWriter[] = [];
	/** Whose row is the newest. */
	newest: EventWriter | undefined;
	/**
	 * A file went on that was taken to have ended: what was read has to be read once more, from the
	 * begin, with what is known now.
	 */
	isMistaken = false;

	/** Files join in the order in which they were begun. */
	join(): EventWriter {
		const writer = new EventWriter();
		this.#all.push(writer);
		return writer;
	}

	/** @param wall Unix seconds of a scalar of the tag, or NaN */
	take(writer: EventWriter, wall: number, tag: string): void {
		if (!writer.hasBegun) {
			this.#begin(writer, wall);
		}
		if (wall > writer.last) {
			writer.last = wall;
		}
		if (wall > writer.until && !this.isMistaken) {
			this.isMistaken = this.#after(writer).some(
				later => later.lane === writer.lane && later.prefixes.has(tag),
			);
		}
	}

	/** What stands before the name of a tag that a file logs; called after its first `take`. */
	prefix(writer: EventWriter, tag: string): string {
		const known = writer.prefixes.get(tag);
		if (known !== undefined) {
			return known;
		}
		const isTaken = this.#all.some(({ lane, prefixes }) => lane < writer.lane && prefixes.has(tag));
		const prefix = isTaken ? `writer ${writer.lane}/` : '';
		writer.prefixes.set(tag, prefix);
		// The name belongs to the file that was begun first.
		this.isMistaken ||= this.#after(writer).some(
			later => later.lane > writer.lane && later.prefixes.get(tag) === '',
		);
		return prefix;
	}

	#begin(writer: EventWriter, wall: number): void {
		writer.hasBegun = true;
		writer.first = wall;
		const before = this.#all.filter(other => other !== writer && other.hasBegun);
		const busy = new Set(before.filter(({ last }) => last > wall).map(({ lane }) => lane));
		while (busy.has(writer.lane)) {
			writer.lane++;
		}
		for (const other of before) {
			if (other.lane === writer.lane && wall < other.until) {
				other.until = wall;
			}
		}
	}

	#after(writer: EventWriter): readonly EventWriter[] {
		return this.#all.slice(this.#all.indexOf(writer) + 1);
	}
}
