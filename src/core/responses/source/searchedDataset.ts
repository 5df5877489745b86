/** A dataset that a model was trained on. */
export interface TrainedDataset {
	/** A path of this machine, or a location of the Hub. */
	readonly location: string;
	/** Name of the run that read it. */
	readonly run: string;
	/** `sft`, `dpo`, …, for people. */
	readonly method: string;
}

/** What a model learnt from, as far as this workspace knows. */
export interface ModelData {
	/** The model's own first, then what the model it began as was trained on. */
	readonly datasets: readonly TrainedDataset[];
	/** Why there is none, a sentence for people; absent where there are some. */
	readonly why?: string;
}
