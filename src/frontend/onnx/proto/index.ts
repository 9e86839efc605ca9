export { DECODE_LIMITS, decodeModel, exactInteger } from './decode.ts';
export { encodeModel } from './encode.ts';
export * from './messages.ts';
