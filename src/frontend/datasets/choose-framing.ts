import { failure } from '../../diagnostics/index.ts';
import { defaultBinMs, type FramingRule } from './framing.ts';
import type { DatasetOptions } from './options.ts';

/** Units of a recording of the Spiking Heidelberg Digits. */
const SHD_UNITS = 700;
/** HDF5 files of this layout store units in 16 bits. */
const MOST_UNITS = 65536;

/** The framing that the options ask for. Throws where the units do not divide into the model's channels, or the bin width cannot be. */
export function chooseFraming(options: DatasetOptions): FramingRule {
  const { timesteps, channels, origin = 'first-event', counts = 'integer' } = options;
  const units = options.units ?? SHD_UNITS;
  const binMs = options.binMs ?? defaultBinMs(timesteps);
  if (!(binMs > 0 && Number.isFinite(binMs))) {
    throw failure('bad-arguments', `the bin width is ${binMs} ms`, {
      notes: [`without --bin-ms it is round(1000 / timesteps), and the model has ${timesteps} timesteps`],
      help: 'give --bin-ms a number above 0',
    });
  }
  if (!Number.isInteger(units) || units < 1 || units > MOST_UNITS) {
    throw failure('bad-arguments', `a recording with ${units} units`, { notes: [`allowed: 1 to ${MOST_UNITS}`] });
  }
  if (units % channels !== 0) {
    throw failure('data-shape-mismatch', `${units} units cannot be summed to the model's ${channels} channels`, {
      places: [{ file: options.file }],
      notes: [
        `the number of units must be a multiple of the number of channels; event data are taken to have ${SHD_UNITS} units, as SHD has, unless --sensor says otherwise`,
      ],
    });
  }
  return { steps: timesteps, channels, units, binMs, origin, counts };
}
