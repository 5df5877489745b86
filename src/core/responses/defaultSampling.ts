/**
 * What is sent where nothing else is asked for: every field, so that two models never differ by
 * their own defaults, and greedy, so that a difference between two answers comes from the models.
 */
export const defaultSampling = { max_new_tokens: 256, temperature: 0, top_p: 1, seed: 0 };
