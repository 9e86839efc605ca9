import { parentPort, workerData } from 'node:worker_threads';
import { DiagnosticError, openJob } from '../index.ts';
import { restoreJob, type WorkerMessage, type WorkerTask } from './clip-pool.ts';

// The body of a worker thread: its share of the clips, one message each.
const { first, step, count, ...task } = workerData as WorkerTask;
const send = (message: WorkerMessage): void => parentPort?.postMessage(message);
try {
  // Warnings about the data are given once, by the main thread.
  const open = await openJob(restoreJob(task), () => {});
  for (let index = first; index < count; index += step) send({ kind: 'result', index, result: await open.evaluate(index) });
  await open.close();
} catch (error) {
  if (!(error instanceof DiagnosticError)) throw error;
  send({ kind: 'diagnostics', diagnostics: error.diagnostics });
}
