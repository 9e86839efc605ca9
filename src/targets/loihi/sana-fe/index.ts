export type { SanaFeNet } from './net.ts';
export { type BinaryStream, sanaFeNetOf } from './net-of.ts';
export { writeArchitecture } from './write-architecture.ts';
export { writeNetwork } from './write-network.ts';
