/**
 * exp of an accum as spinn_common computes it (stdfix-exp.c at 1e3a090c): a table of e^n, one of 1 - e^(-k/16), and a quadratic for the rest.
 * The table values are the exact ones times 2^32, rounded to nearest; the coefficients of the quadratic are theirs.
 */
const LEAST_POWER = -13;
const POWERS: readonly number[] = [
  9708, 26389, 71733, 194991, 530041, 1440801, 3916503, 10646160, 28939262, 78665070, 213833830, 581260615, 1580030169, 4294967296,
  11674931555, 31735754293, 86266724208, 234497268814, 637429664642, 1732713474316, 4710003551159, 12803117065094, 34802480465680,
  94602950235157, 257157480542844, 699026506411923,
];
const SIXTEENTHS: readonly number[] = [
  0, 260218914, 504671961, 734314346, 950043403, 1152702096, 1343082321, 1521927990, 1689937949, 1847768698, 1996036966, 2135322113,
  2266168400, 2389087112, 2504558555, 2613033936,
];
const QUADRATIC = [5294, 4293434720, 2081624032] as const;

/** Beyond these arguments, about +-11, both functions are constant. */
const ARGUMENT_MAX = 363408;
const ARGUMENT_MIN = -340695;
const INT32_MAX = 2 ** 31 - 1;

/** e^x in s16.15, truncated: the rounding that the C code states is overwritten before it is used. */
export function expAccum(x: number): number {
  if (x > ARGUMENT_MAX) return INT32_MAX;
  return x < ARGUMENT_MIN ? 0 : Math.floor(scaledExp(x) / 2 ** 17) | 0;
}

/** e^x in u0.32, meant for x <= 0. Keeps the lower 32 bits only, so that e^0 is 0. */
export function expFraction(x: number): number {
  if (x > ARGUMENT_MAX) return INT32_MAX;
  return x < ARGUMENT_MIN ? 0 : scaledExp(x) >>> 0;
}

/** e^x * 2^32 as `__expi64`, below 2^50. */
function scaledExp(x: number): number {
  const whole = x >> 15;
  const fraction = x & 0x7fff;
  if (fraction === 0) return POWERS[whole - LEAST_POWER];
  // e^x = e^(whole + 1) * e^(-missing / 2^15)
  const missing = 0x8000 - fraction;
  let power = POWERS[whole + 1 - LEAST_POWER];
  power -= scale(power, SIXTEENTHS[missing >> 11]);
  return power - scale(power, oneMinusExp((missing & 0x7ff) * 2 ** 17));
}

/** 1 - e^(-t), t = x / 2^32 < 1/16, in u0.32. */
function oneMinusExp(x: number): number {
  return highWord(QUADRATIC[1] - highWord(QUADRATIC[2], x), x) + QUADRATIC[0];
}

/** (a * b) >> 32 of two 32-bit integers. */
function highWord(a: number, b: number): number {
  return Math.floor((Math.floor(a / 0x10000) * b + Math.floor(((a & 0xffff) * b) / 0x10000)) / 0x10000);
}

/** x * y / 2^32, rounded by `round64`: up from a remainder of 0x7fffffff, one below the half. x < 2^50, y < 2^32. */
function scale(x: number, y: number): number {
  const high = Math.floor(x / 2 ** 32);
  const low = x - high * 2 ** 32;
  // low * y = middle * 2^16 + (foot mod 2^16)
  const foot = (low & 0xffff) * y;
  const middle = Math.floor(low / 0x10000) * y + Math.floor(foot / 0x10000);
  const remainder = (middle % 0x10000) * 0x10000 + (foot % 0x10000);
  return high * y + Math.floor(middle / 0x10000) + (remainder >= 0x7fffffff ? 1 : 0);
}
