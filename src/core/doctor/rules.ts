import type { DoctorRule } from './rule';
import { clipping } from './rules/clipping';
import { diskSpace } from './rules/diskSpace';
import { displacement } from './rules/displacement';
import { divergence } from './rules/divergence';
import { dpoChance } from './rules/dpoChance';
import { dpoCollapse } from './rules/dpoCollapse';
import { dpoStart } from './rules/dpoStart';
import { dpoStuck } from './rules/dpoStuck';
import { foreignText } from './rules/foreignText';
import { gpuIdle } from './rules/gpuIdle';
import { gradientSpike } from './rules/gradientSpike';
import { hiddenNan } from './rules/hiddenNan';
import { learningRate } from './rules/learningRate';
import { lengthBias } from './rules/lengthBias';
import { lossSpike } from './rules/lossSpike';
import { memorised } from './rules/memorised';
import { notFinite } from './rules/notFinite';
import { nothingTrained } from './rules/nothingTrained';
import { overfitDpo } from './rules/overfitDpo';
import { overfitSft } from './rules/overfitSft';
import { overOptimised } from './rules/overOptimised';
import { resumeFault } from './rules/resumeFault';
import { sameText } from './rules/sameText';
import { sftStuck } from './rules/sftStuck';
import { slowdown } from './rules/slowdown';
import { staircase } from './rules/staircase';
import { stall } from './rules/stall';
import { throttled } from './rules/throttled';
import { trainAccuracy } from './rules/trainAccuracy';

/** All rules; of those equally grave the first stands first. */
export const doctorRules: readonly DoctorRule[] = [
	hiddenNan,
	notFinite,
	nothingTrained,
	stall,
	diskSpace,
	divergence,
	dpoCollapse,
	dpoStart,
	sameText,
	dpoStuck,
	sftStuck,
	dpoChance,
	displacement,
	resumeFault,
	lossSpike,
	gradientSpike,
	overfitSft,
	memorised,
	foreignText,
	learningRate,
	lengthBias,
	clipping,
	slowdown,
	gpuIdle,
	throttled,
	staircase,
	overOptimised,
	overfitDpo,
	trainAccuracy,
];
