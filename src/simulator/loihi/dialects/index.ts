import { BRIAN2_LOIHI } from './brian2-loihi.ts';
import { CHIP } from './chip.ts';
import type { Dialect } from './dialect.ts';
import { LAVA } from './lava.ts';
import { NENGO_LOIHI } from './nengo-loihi.ts';

export { showCounter } from './chip.ts';
export type { Dialect, Registers, SignMode, WeightFormat } from './dialect.ts';
export { BRIAN2_LOIHI, CHIP, LAVA, NENGO_LOIHI };

export const DIALECTS: readonly Dialect[] = [CHIP, LAVA, NENGO_LOIHI, BRIAN2_LOIHI];
