export { chainOf } from './chain.ts';
export { netOf } from './net-of.ts';
export { writeNet } from './write-net.ts';
