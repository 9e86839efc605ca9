/**
 * Every diagnostic code: its severity, its kind and the help line that closes it. The sentence itself is built where the facts are known,
 * with `error()` or `warning()` of build.ts. Each code has a page in docs/diagnostics and a test.
 */
interface CodeEntry {
  /** A note is for the report and for `inspect`: nothing is wrong, and a reader should know. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly kind: 'mistake' | 'unsupported' | 'bug';
  readonly help: string;
}

const mistake = (help: string): CodeEntry => ({ severity: 'error', kind: 'mistake', help });
const unsupported = (help: string): CodeEntry => ({ severity: 'error', kind: 'unsupported', help });
const warn = (help: string): CodeEntry => ({ severity: 'warning', kind: 'mistake', help });
const note = (help: string): CodeEntry => ({ severity: 'note', kind: 'mistake', help });

export const CODES = {
  // command line and files
  'bad-arguments': mistake('run `spikec --help` or `spikec <command> --help` for what is accepted'),
  'file-not-found': mistake('check the path; it is taken relative to the current folder'),
  'file-not-readable': mistake('check the permissions of the file, and that it is a file and not a folder'),
  'unknown-format': mistake('give an ONNX model (.onnx), a NIR file (.nir) or a lava-dl network (.net)'),
  'output-exists': mistake('choose another folder with -o, or give --force to replace this one'),
  'output-not-a-folder': mistake('choose another path with -o'),
  'output-not-writable': mistake('choose a folder that you may write to with -o'),
  // ONNX
  'onnx-malformed': mistake('export the model again, and check that the file was copied whole'),
  'onnx-too-large': mistake('check that this is the file you meant; raise the limit only by splitting the model'),
  'onnx-invalid-graph': mistake('run onnx.checker.check_model on the file, and export it again'),
  'unsupported-operator': unsupported('replace it by a spiking activation or an operator listed above, then export again'),
  'unsupported-pattern': unsupported('see docs/frontend-onnx.md for the forms that are recognised'),
  'loop-not-a-neuron': unsupported('only loops that step a neuron through time are accepted; see docs/frontend-onnx.md'),
  'no-spiking-neuron': mistake('spikec compiles spiking networks; export the spiking model, not its dense twin'),
  'no-readout': unsupported('return one output from `forward`: logits [T, 1, classes] of a linear layer, or the last spikes'),
  'nir-malformed': mistake('write the file again with `nir.write`; h5ls shows what it holds'),
  'nir-too-large': mistake('split the network, or look at the file: it declares more than it should'),
  'nir-invalid-graph': mistake('mend the graph where it was built, and write it again with `nir.write`'),
  'nir-inexpressible': unsupported(
    'keep the model in its own format, or train it without the part that is named; see docs/frontend-nir.md',
  ),
  'nir-unsupported': unsupported('see docs/frontend-nir.md for what is read, and what stands in for the rest'),
  'lava-net-malformed': mistake('write the file again with `export_hdf5`; h5ls shows what it holds'),
  'lava-net-too-large': mistake('split the network, or look at the file: it declares more than it should'),
  'lava-net-unsupported': unsupported('see docs/frontend-lava.md for what is read'),
  'steps-missing': mistake('give the number of timesteps of a clip: --steps N'),
  'time-unit': warn('look up in which unit the file was written, and give --timestep in the same one'),
  'initial-state': warn('reset the neurons before exporting (`functional.reset_net(model)`) if this was not meant'),
  'weight-precision': warn('export the model in float32 (`model.float()`) to compare the two'),
  'external-data': mistake('keep the data files in the folder of the model, under the names it gives them'),
  'non-finite-weight': mistake('look for a diverged training run; export a checkpoint with finite weights'),
  'reference-failed': mistake('run the file in ONNX Runtime by itself to see the whole message, and export it again'),
  // data
  'data-malformed': mistake('write the file again; h5ls or numpy.load can show what it holds'),
  'data-foreign': mistake('SHD layout: spikes/times, spikes/units, labels; dense layout: features [clip, step, channel] and labels'),
  'data-too-large': mistake('split the file, or write a part of it'),
  'data-empty': mistake('give a file with at least one clip'),
  'data-labels-mismatch': mistake('write one label per clip'),
  'data-shape-mismatch': mistake('use data made for this model, or a model trained on such data'),
  'data-not-counts': mistake(
    'compile again with --input-range <largest magnitude>, or with --calibration data that are real-valued too: features are then rounded on the host',
  ),
  'input-range-missing': mistake('give --input-range <largest magnitude>, or --calibration data with features as large as those to be run'),
  'input-range-from-data': note(
    'choose the range on other data (--calibration), or declare it (--input-range), where figures are to be held out',
  ),
  'input-saturated': warn('give a larger --input-range, or --calibration data with features as large'),
  'data-label-range': mistake('labels are class indices 0 .. classes - 1'),
  'data-class-names': warn('check that the data were made for this model; classes are numbered in the report'),
  // neurons in the units of physics
  'timestep-missing': mistake('give the seconds per timestep with --timestep'),
  'timestep-too-long': mistake('take a shorter timestep'),
  // chips
  'unknown-target': mistake('run `spikec targets` for the chips there are, or give a JSON file'),
  'chip-malformed': mistake('compare with a built-in chip: `spikec targets loihi2 --json`'),
  'chip-unit': mistake('give the figure in the unit that the schema asks for'),
  'chip-missing-limit': mistake('copy the missing entry from a built-in chip and set its value: `spikec targets loihi2 --json`'),
  'operation-unsupported': unsupported('choose a chip that has this operation, or retrain without it'),
  'net-unsupported': unsupported('compile without --net, or train a network of layers in a row'),
  'sana-fe-unsupported': unsupported('compile without --sana-fe; docs/targets/sana-fe.md says what SANA-FE can express'),
  'does-not-fit': mistake('use fewer neurons, fewer weight bits, or a chip with more room'),
  'delay-too-long': unsupported('use a shorter kernel over time or fewer layers between the ends of the residual'),
  'state-wrapped': warn('give --calibration data like the data to be run, so that smaller units are chosen'),
  'state-overflow': mistake('train with smaller weights, or give --calibration data like the data to be run'),
  'value-out-of-range': mistake('use fewer bits (--weight-bits), or a chip with wider registers'),
  // SpiNNaker
  'weight-wrapped': mistake('give --calibration data, so that ring-buffer shifts fit the weights, or clip the weights when training'),
  'slot-saturated': mistake('give --calibration data as loud as the data to be run, or a larger safety margin'),
  'spike-late': mistake('take a larger time-scale factor, or fewer neurons a core'),
  'accum-overflow': mistake('scale the model down: potentials and currents have to stay within +-65536'),
  // compiled folders
  'program-missing': mistake('give a folder that `spikec compile` or `spikec run` wrote'),
  'program-malformed': mistake('compile the model again'),
  'version-unsupported': mistake('compile the model again with this version of spikec'),
  'report-missing': mistake('give folders that `spikec run` wrote'),
  'budget-malformed': mistake('see docs/budget.md for what a budget holds'),
  'budget-exceeded': mistake('bring the figure within its limit, or change the limit'),
  'report-malformed': mistake('run the model again; docs/report.schema.json says what a report holds'),
  // what a reviewer would ask
  'non-causal': note(
    'report latency from the last frame on (`latency.secondsAfterLastFrame`), or retrain with causal kernels and no attention',
  ),
  'batch-dependent': note('state the batch size with every accuracy, or transpose before the reshape and retrain'),
  'padding-dependent': note('state how clips were padded, and pad all data alike'),
  'silent-population': warn('look at its inputs and threshold; what never fires can be left out'),
  'saturated-population': warn('look at its bias and threshold; what always fires says nothing'),
  // ourselves
  'internal-error': {
    severity: 'error',
    kind: 'bug',
    help: 'this is a bug of spikec: please report it with the command line and, if you can, the model',
  },
} as const satisfies Record<string, CodeEntry>;

export type DiagnosticCode = keyof typeof CODES;
