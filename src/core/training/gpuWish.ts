/** The GPUs that a run waits for on its host: these, or any so many. */
export type GpuWish = { readonly uuids: readonly string[] } | { readonly count: number };
