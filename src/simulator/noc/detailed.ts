import { InFlight } from './in-flight.ts';
import { coresOf, type Routes } from './mesh.ts';
import { NOWHERE, type StepMessages } from './messages.ts';
import { Receivers } from './receivers.ts';
import { SentQueue } from './sent-queue.ts';

/** Times of one step, and of each of its messages (seconds from the start of the step; of messages to NOWHERE only `sentS`). */
export interface StepSchedule {
  /** When the last event of the step is over; the barrier follows. */
  readonly seconds: number;
  /** Messages that had to wait for room on their route. */
  readonly blocked: number;
  readonly sentS: Float64Array;
  readonly receivedS: Float64Array;
  readonly processedS: Float64Array;
  readonly blockingS: Float64Array;
  readonly networkS: Float64Array;
  /** Messages along the route when it was sent. */
  readonly along: Float64Array;
}

/**
 * The model `detailed` of SANA-FE: messages are sent in the order of time, one core's after the other, and
 *
 *   capacity = tiles of the route * linkBuffer
 *   blocking = max(0, along - capacity) * mean processing of the messages in flight      delays this message and all later ones of its sender
 *   network  = max(route on an empty mesh, along * mean processing / tiles of the route)
 *   received = max(receiver has finished the message before, sent + network)
 *   processed = received + processing
 *
 * A message fills its route from the moment it is sent until it is received.
 */
export function scheduleStep(messages: StepMessages, routes: Routes): StepSchedule {
  const column = (): Float64Array => new Float64Array(messages.count);
  const [sentS, receivedS, processedS, blockingS, networkS, along] = [column(), column(), column(), column(), column(), column()];
  const { mesh } = routes;
  const { from, to, generationS, processingS } = messages;
  const routeOf = (m: number) => routes.between(from[m], to[m]);
  const inFlight = new InFlight(mesh);
  const receivers = new Receivers(coresOf(mesh), messages.count);
  const queue = new SentQueue(sentS);
  for (let m = 0; m < messages.count; m++) {
    if (m > 0 && from[m] === from[m - 1]) continue;
    sentS[m] = generationS[m];
    queue.add(m);
  }
  let seconds = 0;
  let blocked = 0;
  while (!queue.isEmpty) {
    const m = queue.take();
    seconds = Math.max(seconds, sentS[m]);
    receivers.release(sentS[m], (received) => inFlight.leave(routeOf(received), processingS[received]));
    if (to[m] !== NOWHERE) {
      const route = routeOf(m);
      const tiles = route.links.length;
      const capacity = tiles * mesh.linkBuffer;
      along[m] = inFlight.along(route);
      if (along[m] > capacity) {
        blockingS[m] = (along[m] - capacity) * inFlight.meanProcessingS;
        sentS[m] += blockingS[m];
        blocked++;
      }
      networkS[m] = Math.max(route.seconds, (along[m] * inFlight.meanProcessingS) / tiles);
      const arrivedS = sentS[m] + networkS[m];
      receivedS[m] = receivers.receive(to[m], m, arrivedS);
      processedS[m] = receivers.finish(to[m], arrivedS, processingS[m]);
      inFlight.enter(route, processingS[m]);
      seconds = Math.max(seconds, processedS[m]);
    }
    const next = m + 1;
    if (next < messages.count && from[next] === from[m]) {
      sentS[next] = sentS[m] + generationS[next];
      queue.add(next);
    }
  }
  return { seconds, blocked, sentS, receivedS, processedS, blockingS, networkS, along };
}
