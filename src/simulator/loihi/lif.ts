/** State of a core's compartments, and the bias each adds per step (mantissa << exponent). */
export interface CompartmentState {
  readonly u: Int32Array;
  readonly v: Int32Array;
  readonly bias: Int32Array;
  /** One cell: how often a current left its 24 bits and wrapped, or a potential that spikes do not set to 0 was clipped. */
  readonly wraps: Int32Array;
}

/** Integer parameters shared by a group of compartments. */
export interface LifParameters {
  /** 4096 - (currentDecay + 1) and 4096 - voltageDecay: what a step leaves, in 1/4096. */
  readonly currentKeep: number;
  readonly voltageKeep: number;
  /** A spike needs v > threshold; NEVER for a read-out. */
  readonly threshold: number;
  /** What a spike takes away from v; null: it sets v to 0. */
  readonly resetAmount: number | null;
}

const UV_LIMIT = 2 ** 23;
const V_MAX = UV_LIMIT - 1;
/** Above every value that v can take. */
export const NEVER = UV_LIMIT;

/** dec(x, 4096 - keep) = sign(x) * ((|x| * keep) >> 12), exact in 32-bit integers because |x| is cut into 12-bit halves first. */
export function decay(x: number, keep: number): number {
  const magnitude = x < 0 ? -x : x;
  const kept = Math.imul(magnitude >> 12, keep) + (Math.imul(magnitude & 4095, keep) >> 12);
  return x < 0 ? -kept : kept;
}

/**
 * One step of Lava's fixed-point LIF (lava-nc/lava, lif/models.py, PyLifModelBitAcc) for compartments first .. first + count - 1:
 *
 *   u = dec(u, currentDecay + 1) + (a << 6);  u > 2^23: u -= 2^24;  u <= -2^23: u += 2^24
 *   v = dec(v, voltageDecay) + u + bias, clipped to +-(2^23 - 1)
 *   spike if v > threshold, then v = 0
 *
 * or, which Lava's has not, then v = v - resetAmount: it stays within its bits, since it lay above a threshold of 0 or more.
 *
 * Compartment first + i reads a = input[inputFirst + i]. With gateFirst >= 0 it gets neither a nor bias unless input[gateFirst + i] > 0.
 * Sums are 32-bit two's complement, as Lava's arrays are. Writes the compartments that spiked into `fired`, returns how many.
 */
export function updateLif(
  state: CompartmentState,
  parameters: LifParameters,
  first: number,
  count: number,
  input: Int32Array,
  inputFirst: number,
  gateFirst: number,
  fired: Int32Array,
): number {
  const { u, v, bias, wraps } = state;
  const { currentKeep, voltageKeep, threshold, resetAmount } = parameters;
  let spikes = 0;
  for (let i = 0; i < count; i++) {
    const compartment = first + i;
    const open = gateFirst < 0 || input[gateFirst + i] > 0;
    const arriving = open ? input[inputFirst + i] : 0;
    const wide = ((currentKeep === 0 ? 0 : decay(u[compartment], currentKeep)) + (arriving << 6)) | 0;
    const current = wrap(wide);
    if (current !== wide || (arriving << 6) >> 6 !== arriving) wraps[0]++;
    u[compartment] = current;
    const potential = (voltageKeep === 0 ? 0 : decay(v[compartment], voltageKeep)) + current + (open ? bias[compartment] : 0);
    const clipped = Math.max(-V_MAX, Math.min(V_MAX, potential));
    if (clipped !== potential && resetAmount !== null) wraps[0]++;
    if (clipped > threshold) {
      v[compartment] = resetAmount === null ? 0 : clipped - resetAmount;
      fired[spikes++] = compartment;
    } else {
      v[compartment] = clipped;
    }
  }
  return spikes;
}

/** Lava's overflow: 2^23 itself is kept, -2^23 becomes 2^23. */
function wrap(u: number): number {
  if (u > UV_LIMIT) return u - 2 * UV_LIMIT;
  return u <= -UV_LIMIT ? u + 2 * UV_LIMIT : u;
}
