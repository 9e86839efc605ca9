import { failure } from '../diagnostics/index.ts';
import type { Clip } from '../ir/clip.ts';
import type { EmittedFile } from '../ir/files.ts';
import { featuresEntry, type LoihiProgram } from '../ir/mapping.ts';
import { executeEmbedded, featuresOf, type Streams, streamOf } from '../simulator/loihi/streams.ts';
import { sanaFeNetOf, writeArchitecture, writeNetwork } from '../targets/loihi/sana-fe/index.ts';
import type { Deployment } from './deployment.ts';

/**
 * A mapped network and its chip as files of SANA-FE, with the spikes that the chip is sent of `clip` (null: inputs without spikes). Throws
 * `sana-fe-unsupported`, `data-not-counts`, and `bad-arguments` for a chip of another family.
 */
export function exportSanaFe(deployment: Deployment, clip: Clip | null): readonly EmittedFile[] {
  if (deployment.kind !== 'loihi') {
    throw failure('bad-arguments', `--sana-fe writes a Loihi-style mesh, and ${deployment.chip.name} is none`, {
      help: 'leave --sana-fe out, or compile for loihi1 or loihi2',
    });
  }
  const { mapping, chip } = deployment;
  const streams = clip === null ? null : openStreams(mapping.program, clip);
  const net = sanaFeNetOf(mapping.program, chip, streams === null ? null : (name) => streamOf(streams, name));
  const inputs = net.groups.reduce((sum, group) => sum + (group.kind === 'input' ? group.size : 0), 0);
  return [
    { path: 'sana-fe/arch.yaml', content: writeArchitecture(chip, inputs) },
    { path: 'sana-fe/network.yaml', content: writeNetwork(net, mapping.model.name) },
  ];
}

/** The features of a clip, and their digits where the chip is sent those. */
function openStreams(program: LoihiProgram, clip: Clip): Streams {
  const entry = featuresEntry(program);
  const streams: Streams = new Map();
  if (entry === undefined) return streams;
  streams.set(program.readout.featuresStream, featuresOf(clip, entry.injection.steps, entry.size, program.readout));
  for (const operation of program.embedded) if (operation.kind === 'bit-planes') executeEmbedded(operation, streams);
  return streams;
}
