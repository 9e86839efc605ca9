import { Worker } from 'node:worker_threads';
import { type ClipPool, type ClipResult, type Diagnostic, DiagnosticError } from '../index.ts';
import { type DiskFolder, diskFolder } from './data-folder.ts';

type Job = Parameters<ClipPool>[0];

/** What a worker is started with. Clips are dealt out in turn: worker w of n runs w, w + n, w + 2n, … */
export interface WorkerTask {
  readonly job: Omit<Job, 'data'>;
  /** A file's bytes, or the folder, whose reading cannot be posted. */
  readonly data: Uint8Array | Pick<DiskFolder, 'path' | 'files'>;
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

export type WorkerMessage =
  | { readonly kind: 'result'; readonly index: number; readonly result: ClipResult }
  | { readonly kind: 'diagnostics'; readonly diagnostics: readonly Diagnostic[] };

function postable({ data, ...job }: Job): Pick<WorkerTask, 'job' | 'data'> {
  if (data instanceof Uint8Array) return { job, data };
  if (!('path' in data)) throw new Error('only folders on disk are read on other threads');
  const { path, files } = data as DiskFolder;
  return { job, data: { path, files } };
}

/** The job that `postable` took apart. */
export const restoreJob = ({ job, data }: Pick<WorkerTask, 'job' | 'data'>): Job => ({
  ...job,
  data: data instanceof Uint8Array ? data : diskFolder(data.path, data.files),
});

/** Runs clips on worker threads. Every clip starts from power-on state, so the results do not depend on who runs it. */
export const runOnWorkers: ClipPool = async (job, count, threads, done) => {
  const results: ClipResult[] = new Array(count);
  const workers: Worker[] = [];
  let ready = 0;
  const step = Math.min(threads, count);
  try {
    await Promise.all(
      Array.from({ length: step }, (_, first) => {
        const worker = new Worker(new URL('./clip-worker.js', import.meta.url), {
          workerData: { ...postable(job), first, step, count } satisfies WorkerTask,
        });
        workers.push(worker);
        return new Promise<void>((resolve, reject) => {
          worker.on('message', (message: WorkerMessage) => {
            if (message.kind === 'diagnostics') return reject(new DiagnosticError(message.diagnostics));
            results[message.index] = message.result;
            done(++ready);
          });
          worker.on('error', reject);
          worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker thread stopped with code ${code}`))));
        });
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
};
