import { linksOf, type Mesh, type Route } from './mesh.ts';

/**
 * Messages that are in the mesh at a moment: how full they make each link, and how long a receiver works on one of them. A message is spread
 * evenly over the links of its route and the link into its destination, which nobody else waits for.
 */
export class InFlight {
  readonly #density: Float64Array;
  #count = 0;
  #meanProcessingS = 0;

  constructor(mesh: Mesh) {
    this.#density = new Float64Array(linksOf(mesh));
  }

  /** Mean over the messages in flight; 0 without any. */
  get meanProcessingS(): number {
    return this.#meanProcessingS;
  }

  /** Messages along a route. */
  along({ links }: Route): number {
    let messages = 0;
    for (let i = 0; i < links.length; i++) messages += this.#density[links[i]];
    return messages;
  }

  enter(route: Route, processingS: number): void {
    this.#spread(route, 1 / (route.links.length + 1));
    this.#meanProcessingS += (processingS - this.#meanProcessingS) / (this.#count + 1);
    this.#count++;
  }

  leave(route: Route, processingS: number): void {
    this.#spread(route, -1 / (route.links.length + 1));
    if (this.#count > 1) this.#meanProcessingS += (this.#meanProcessingS - processingS) / (this.#count - 1);
    else this.#meanProcessingS = 0;
    this.#count--;
  }

  #spread({ links }: Route, share: number): void {
    for (let i = 0; i < links.length; i++) this.#density[links[i]] += share;
  }
}
