import { useEffect, useRef, useState } from 'preact/hooks';
import type { MonitoredRun } from '../../src/protocol/runMonitor';

/**
 * Seconds since the page heard of a run that trains, for what goes on while nothing comes; 0 of any
 * other. Draws anew every so many milliseconds.
 */
export function useSecondsSince(run: MonitoredRun, every: number): number {
	const heard = useRef({ run, at: Date.now() });
	if (heard.current.run !== run) {
		heard.current = { run, at: Date.now() };
	}
	const [, tick] = useState(0);
	const goesOn = run.state === 'running';
	useEffect(() => {
		const timer = goesOn ? setInterval(() => tick(count => count + 1), every) : undefined;
		return () => clearInterval(timer);
	}, [goesOn, every]);
	return goesOn ? Math.max(0, (Date.now() - heard.current.at) / 1000) : 0;
}
