import { Command } from 'commander';
import type { Terminal } from './terminal.ts';

type RawOptions = Readonly<Record<string, string | boolean | undefined>>;

/**
 * The commands and their options, as text only: values are checked by the commands, which are loaded when they run, so that `--help` stays as
 * fast as bare node.
 */
export function createProgram(version: string, terminal: Terminal): Command {
  const program = new Command('spikec')
    .description(
      'Compiles trained spiking networks to neuromorphic chips, simulates them, and says how right, how fast and how costly they are.',
    )
    .version(version)
    .configureHelp({ helpWidth: 100 })
    .addHelpText('after', AFTER_HELP);

  program
    .command('run <model>')
    .description('compile, simulate and report: the main job')
    .requiredOption('--target <chip>', 'a built-in chip (see `spikec targets`) or a chip as a JSON file')
    .requiredOption(
      '--data <path>',
      'clips: HDF5 (SHD layout or `features`), .npz, .npy, CSV events, or a folder of WAV, N-MNIST or AEDAT files',
    )
    .requiredOption('-o, --output <dir>', 'folder to write')
    .action(lazily(terminal, async () => (await import('./commands/run.ts')).runCommand));
  program
    .command('inspect <model>')
    .description('what was recovered from the model: populations, projections, what looks ahead in time')
    .option('--verify', 'compare every population with ONNX Runtime, on seeded and adversarial inputs')
    .option('--seed <n>', 'seed of the inputs for --verify', '0')
    .action(lazily(terminal, async () => (await import('./commands/inspect.ts')).inspectCommand));
  program
    .command('compile <model>')
    .description('chip configuration and mapping, no data needed')
    .requiredOption('--target <chip>', 'a built-in chip (see `spikec targets`) or a chip as a JSON file')
    .requiredOption('-o, --output <dir>', 'folder to write')
    .option('--net', "also write network.net, the network in lava-dl's format, or say what that cannot hold")
    .action(lazily(terminal, async () => (await import('./commands/compile.ts')).compileCommand));
  program
    .command('convert <model>')
    .description('the model as a NIR file (.nir), or a lava-dl network (.net) again as one')
    .requiredOption('-o, --output <file>', 'file to write; its ending says the format')
    .action(lazily(terminal, async () => (await import('./commands/convert.ts')).convertCommand));
  program
    .command('simulate <dir>')
    .description('run a folder that `compile` or `run` wrote')
    .requiredOption('--data <path>', 'clips, as for `run`')
    .option('--level <level>', 'how far down: float, quantized, mapped or chip', 'chip')
    .option('-o, --output <dir>', 'folder to write the report to')
    .action(lazily(terminal, async () => (await import('./commands/simulate.ts')).simulateCommand));
  program
    .command('compare <dirs...>')
    .description('one table and figure over several runs')
    .option('-o, --output <dir>', 'folder to write')
    .action(lazily(terminal, async () => (await import('./commands/compare.ts')).compareCommand));
  program
    .command('targets [name]')
    .description('the chips, their limits and costs with sources; a chip as a JSON file is checked and shown')
    .option('--costs <profile>', 'show the chip at the prices of a profile', 'own')
    .action(lazily(terminal, async () => (await import('./commands/targets.ts')).targetsCommand));
  program
    .command('explain [code]')
    .description("a diagnostic's page; without a code, all of them")
    .action(lazily(terminal, async () => (await import('./commands/explain.ts')).explainCommand));

  for (const command of program.commands) {
    addSharedOptions(command);
    command.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: () => {} });
  }
  return program.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: () => {} });
}

type Action = (argument: string & string[], options: RawOptions, terminal: Terminal) => Promise<void>;

const lazily =
  (terminal: Terminal, load: () => Promise<(argument: never, options: RawOptions, terminal: Terminal) => Promise<void>>) =>
  async (argument: string & string[], options: RawOptions): Promise<void> => {
    const action = (await load()) as Action;
    await action(argument, options, terminal);
  };

function addSharedOptions(command: Command): void {
  const name = command.name();
  const simulates = name === 'run' || name === 'simulate';
  const compiles = name === 'run' || name === 'compile';
  if (simulates) {
    command
      .option('--samples <n>', 'the first N clips of those chosen (default: all)')
      .option('--split <part>', 'train, validation, test or all, of a folder that has parts (default: test)')
      .option('--select <positions>', 'clips by position, from 0, as in 3,7,10-20')
      .option('--shuffle <seed>', 'take the clips in a random order')
      .option('--class-names <names>', "names of the model's outputs in order, commas between: the order of a folder's classes")
      .option('--sensor <size>', 'WIDTHxHEIGHT of a camera, or the number of units of other event data (default: as the format, or 700)')
      .option(
        '--bin-ms <n>',
        'width of a time bin of event data, milliseconds (default: round(1000 / T), or the --timestep of a NIR network)',
      )
      .option('--time-origin <origin>', 'where a clip begins: first-event or recording', 'first-event')
      .option('--counts <rule>', 'what a bin holds: integer (event counts) or binary (clipped to 1)', 'integer')
      .option('--decision <rule>', 'how logits decide: sum-softmax, sum-logits, last-step or max-logit', 'sum-softmax')
      .option('--record <names>', 'write spikes.npz: `all`, or names of populations separated by commas')
      .option('--record-format <format>', 'npz, or nir-data: spikes.h5 in the layout of nir.read_data', 'npz')
      .option('--raster-clip <n>', 'the clip whose spikes the report shows, counted from 0', '0')
      .option('--timing <model>', 'how long a step takes: simple (the mesh costs nothing) or detailed (packets queue and block)', 'simple')
      .option('--costs <profile>', 'prices: own (the chip model’s) or a profile that `spikec targets` lists', 'own')
      .option('--without <lines>', 'leave out of energy and time: static, barrier, embedded-processor, host-input; commas between')
      .option('--pace <pace>', 'fast (back to back) or real-time: decides how much static energy a clip carries', 'fast');
  }
  if (name === 'inspect' || name === 'convert' || simulates || compiles)
    command.option('--timestep <s>', 'seconds of a timestep, for NIR files and for --pace real-time, where nothing else says');
  if (name === 'inspect' || compiles) {
    command
      .option('--steps <n>', 'timesteps of a clip, for NIR and lava-dl files (default: as in dense data)')
      .option('--threshold-rule <rule>', 'gt or ge: does a potential at the threshold fire, for lava-dl files (default: gt, no)')
      .option('--reset <rule>', 'zero (to v_reset) or subtract (the threshold, at once), for NIR files (default: zero)')
      .option('--layer-latency <n>', 'timesteps from layer to layer, for lava-dl files (default: 0; Lava has 1)');
  }
  if (name === 'inspect' || name === 'convert' || compiles)
    command.option('--discretization <rule>', 'neurons in seconds as neurons in timesteps: euler or exponential', 'euler');
  if (compiles) {
    command
      .option('--weight-bits <n>', 'bits of a weight, 2 to 8, or up to 16 as two synapses (default: 8; 16 into neurons of a loop)')
      .option('--calibration <file>', 'clips to choose the integer scales by')
      .option('--input-bits <n>', 'bits of a real-valued feature on the chip, sign included, 2 to 16 (default: 8)')
      .option(
        '--input-range <max>',
        'largest magnitude of real-valued features, or, of several inputs, name=max with commas between (default: as in --calibration, or in --data)',
      )
      .option('--sana-fe', 'also write sana-fe/arch.yaml and network.yaml with the first clip, or say what SANA-FE cannot express');
  }
  if (simulates || compiles) {
    command
      .option('--seed <n>', 'seed of every random choice', '0')
      .option('--threads <n>', 'worker threads', '1')
      .option('--dialect <name>', 'integer arithmetic: chip or lava, the same for emitted programs');
  }
  if (simulates || name === 'compare')
    command.option('--budget <file>', 'JSON limits of accuracy, energy, latency and cores: exit 1 where one is broken (docs/budget.md)');
  if (name !== 'explain') command.option('--json', 'the result as JSON alone on standard output');
  command.option('--quiet', 'no progress');
  if (name === 'convert') command.option('--force', 'replace an existing file');
  if (['run', 'compile', 'simulate', 'compare'].includes(name)) command.option('--force', 'replace an output folder that spikec wrote');
}

const AFTER_HELP = `
Examples:
  spikec run model.onnx --target loihi2 --data test.h5 -o out
  spikec inspect model.onnx
  spikec compare out-t100 out-t40
  spikec explain does-not-fit

Exit codes: 0 done, 1 you can mend it (the message says how), 2 a bug of spikec.`;
