/** Spikes of one clip on the chip. */
export interface Raster {
  readonly clip: number;
  readonly timesteps: number;
  readonly populations: readonly RasterPopulation[];
}

export interface RasterPopulation {
  readonly name: string;
  readonly neurons: number;
  /** (step, neuron) pairs, steps of the model. */
  readonly spikes: Int32Array;
}

/** How many neurons and steps share a mark; 1 and 1: every spike is one. */
export interface Coarseness {
  readonly neurons: number;
  readonly steps: number;
}

/** Spikes that follow each other in a row: `length` columns from `column` on. */
export interface Dash {
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

export interface Band {
  readonly population: RasterPopulation;
  readonly rows: number;
  readonly dashes: readonly Dash[];
}

/** More rows and columns than these cannot be told apart in print. */
const ROWS_MAX = 512;
const COLUMNS_MAX = 1024;
/** What a page can hold and a browser draws at once. */
const DASHES_MAX = 20_000;

/** The raster as dashes, as fine as the limits allow: neurons and steps are joined two by two until they hold. */
export function dashesOf({ timesteps, populations }: Raster): { readonly coarseness: Coarseness; readonly bands: readonly Band[] } {
  const largest = populations.reduce((max, { neurons }) => Math.max(max, neurons), 1);
  let coarseness: Coarseness = { neurons: Math.ceil(largest / ROWS_MAX), steps: Math.ceil(timesteps / COLUMNS_MAX) };
  for (;;) {
    const bands = populations.map((population) => bandOf(population, timesteps, coarseness));
    const finest = coarseness.neurons >= largest && coarseness.steps >= timesteps;
    if (finest || bands.reduce((sum, { dashes }) => sum + dashes.length, 0) <= DASHES_MAX) return { coarseness, bands };
    coarseness =
      coarseness.neurons <= coarseness.steps && coarseness.neurons < largest
        ? { ...coarseness, neurons: coarseness.neurons * 2 }
        : { ...coarseness, steps: coarseness.steps * 2 };
  }
}

function bandOf(population: RasterPopulation, timesteps: number, coarseness: Coarseness): Band {
  const rows = Math.ceil(population.neurons / coarseness.neurons);
  const columns = Math.ceil(timesteps / coarseness.steps);
  const lit = new Uint8Array(rows * columns);
  const { spikes } = population;
  for (let i = 0; i < spikes.length; i += 2) {
    lit[Math.floor(spikes[i + 1] / coarseness.neurons) * columns + Math.floor(spikes[i] / coarseness.steps)] = 1;
  }
  const dashes: Dash[] = [];
  for (let row = 0; row < rows; row++) {
    let start = -1;
    for (let column = 0; column <= columns; column++) {
      const on = column < columns && lit[row * columns + column] === 1;
      if (on && start < 0) start = column;
      if (!on && start >= 0) {
        dashes.push({ row, column: start, length: column - start });
        start = -1;
      }
    }
  }
  return { population, rows, dashes };
}
