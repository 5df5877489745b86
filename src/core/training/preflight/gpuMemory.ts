const gibibyte = 2 ** 30;

/** As the memory of GPUs is sold and told: 21.4 GiB, 0.35 GiB, 12 MiB. */
export function gpuMemory(bytes: number): string {
	const value = bytes / gibibyte;
	if (value < 0.0995) {
		return `${Math.ceil(value * 1024)} MiB`;
	}
	return `${value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)} GiB`;
}
