import type { KnownPanel } from './knownPanel';

/** The heading over what the machine does, as it is sampled beside the training. */
export const machineGroup = 'Machine';

const panels: readonly Omit<KnownPanel, 'group'>[] = [
	{
		title: 'GPU utilisation',
		unit: '%',
		healthy:
			'High and even; low means that the GPU waits for data. A hung run can show 100 % at idle power, so look at the power as well.',
		metrics: { gpu_utilization_percent: 'GPU' },
	},
	{
		title: 'GPU power',
		unit: 'W',
		healthy: 'Near the limit of the card while it works; idle power at full utilisation is a hang.',
		metrics: { gpu_power_watts: 'drawn', gpu_power_limit_watts: 'limit' },
	},
	{
		title: 'GPU memory in use',
		unit: 'GB',
		healthy:
			'Of all processes on the card: even after the first steps, with room to the total for the longest examples.',
		metrics: { gpu_memory_used_gb: 'used', gpu_memory_total_gb: 'total' },
	},
	{
		title: 'GPU temperature',
		unit: '°C',
		healthy:
			'Rises for some minutes and stays; cards slow down at 80 to 90 °C, which the throttling shows.',
		metrics: { gpu_temperature_celsius: 'GPU' },
	},
	{
		title: 'GPU throttling',
		unit: '1 = slowed',
		healthy:
			'0, or 1 for the power cap of a card under full load, which is normal; heat and power brakes cost speed and are the host’s to mend.',
		isShare: true,
		isExact: true,
		metrics: {
			gpu_throttled: 'any reason',
			'gpu_throttle/sw_power_cap': 'power cap',
			'gpu_throttle/sw_thermal_slowdown': 'heat (driver)',
			'gpu_throttle/hw_thermal_slowdown': 'heat (card)',
			'gpu_throttle/hw_power_brake_slowdown': 'power brake',
			'gpu_throttle/hw_slowdown': 'slowdown (card)',
		},
	},
	{
		title: 'Disk free',
		unit: 'GB',
		healthy:
			'Falls with each checkpoint until old ones go; a training whose disk runs full ends. A quota may end it earlier.',
		isExact: true,
		metrics: { disk_free_gb: 'runs', checkpoint_disk_free_gb: 'checkpoints' },
	},
	{
		title: 'Host memory',
		unit: 'GB',
		healthy:
			'Even; what rises steadily is a leak of the data loading, and ends when the total is reached.',
		metrics: { host_memory_used_gb: 'used', host_memory_total_gb: 'total' },
	},
	{
		title: 'CPU',
		unit: '%',
		healthy:
			'Of all cores of the host; near 100 % while the GPU is idle means that data is made too slowly.',
		metrics: { cpu_utilization_percent: 'busy' },
	},
	{
		title: 'Load average',
		healthy:
			'Processes that run or wait, over a minute; far above the number of cores they wait for each other.',
		metrics: { load_average: 'load' },
	},
];

export const machinePanels: readonly KnownPanel[] = panels.map(panel => ({
	...panel,
	group: machineGroup,
}));
