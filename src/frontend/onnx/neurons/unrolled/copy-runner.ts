import { Call, guarded, nameOf } from '../../context.ts';
import type { Operator } from '../../operators/operator.ts';
import type { OnnxNode } from '../../proto/index.ts';
import { elementCount, sameShape } from '../../tensors/tensor.ts';
import { constant, describeValue, type StreamValue } from '../../values.ts';
import { type Branches, branchAt, constantForm, constantOf, dependsOn, type Form, variableForm } from '../form.ts';
import { isSpike } from '../recover.ts';
import type { DelayedStep } from '../reset-at-once.ts';
import { type Decision, StepMachine } from '../step-machine.ts';
import { describeStep, type LinearValue, NotANeuron, type StepValue, stepShape } from '../step-value.ts';
import type { UnrolledLoop } from './find-copies.ts';
import { type PickedRow, pickedRows } from './picked-row.ts';

/** What one copy of the step does. `next` is empty where no later copy reads it. */
export interface Copy extends DelayedStep {
  /** The comparison of the carried state that is made anew; null: the step before hands its spike on. */
  readonly reset: Decision | null;
  readonly output: LinearValue;
}

/** What one copy of a step does that compares nothing. `next` is empty where no later copy reads it. */
export interface Accumulation {
  readonly next: readonly Form[];
  readonly output: Form;
  /** Of the output. */
  readonly shape: readonly number[];
}

const NOTHING: StepValue = { kind: 'shape-only', shape: [] };

/** Executes the copies of a step, one after the other, in symbols: what a copy takes from the one before are its states and its spike. */
export class CopyRunner {
  /** [steps, ...]: what the copies walk. */
  readonly input: StreamValue;
  private readonly call: Call;
  private readonly loop: UnrolledLoop;
  private readonly operators: Readonly<Record<string, Operator>>;
  /** The tensors that hold each step's row of the input. */
  private readonly rows: readonly Map<string, PickedRow>[];
  /** Step that makes each tensor, and when. */
  private readonly made = new Map<string, { readonly step: number; readonly order: number }>();
  /** Tensors of the copy before that each copy reads, in order of their making. */
  private readonly carried: readonly (readonly string[])[];
  private before: { readonly values: ReadonlyMap<string, StepValue>; readonly fires: number; readonly states: readonly string[] } = {
    values: new Map(),
    fires: 0,
    states: [],
  };

  constructor(call: Call, loop: UnrolledLoop, operators: Readonly<Record<string, Operator>>) {
    this.call = call;
    this.loop = loop;
    this.operators = operators;
    const source = call.lookUp(loop.source);
    if (source?.kind !== 'stream') throw new NotANeuron(`it walks ${source === undefined ? 'nothing' : describeValue(source)}`);
    const steps = loop.total;
    this.rows = loop.steps.map(() => new Map<string, PickedRow>());
    loop.steps.forEach((nodes, step) => {
      for (const node of nodes) {
        if (node.inputs[0] === loop.source) this.addRows(node, source, steps);
        else for (const name of node.outputs) this.made.set(name, { step, order: this.made.size });
      }
    });
    this.carried = [...loop.steps, []].map((nodes, step) => this.carriedInto(nodes, step));
    const [row] = this.rows[0].values();
    if (row === undefined) throw new NotANeuron('it reads no input');
    this.input = { ...source, shape: [steps, ...row.shape] };
    if (elementCount(this.input.shape) !== elementCount(source.shape)) throw new NotANeuron('it reads a part of its input');
  }

  run(step: number): Copy {
    const { values, machine } = this.execute(step);
    const fires = machine.decisions.length - 1;
    const decision = machine.decisions[fires];
    if (decision === undefined || decision === null) throw new NotANeuron(`step ${step} compares nothing with a threshold`);
    if (step > 0 && fires === 0) throw new NotANeuron('no state is reset by the spike');
    const output = values.get(this.loop.join.inputs[this.loop.lead + step]);
    if (output?.kind !== 'linear' || !isSpike(output)) throw new NotANeuron(`step ${step} gives no spikes`);
    const states = this.carried[step + 1].filter((name) => isState(values.get(name), fires));
    this.before = { values, fires, states };
    const next = states.map((name): Branches => {
      const value = values.get(name);
      return value?.kind === 'linear' ? value.branches : [];
    });
    return { ...decision, spike: output.branches, next, reset: step === 0 ? null : machine.decisions[0], output };
  }

  /** One copy of a step that compares nothing: all that the next one takes are states. */
  accumulate(step: number): Accumulation {
    const { values } = this.execute(step);
    const formOf = (name: string): Form => {
      const value = values.get(name);
      if (value?.kind !== 'linear' || value.branches.length !== 1) throw new NotANeuron(`step ${step} gives or carries no linear form`);
      return value.branches[0];
    };
    const result = this.loop.join.inputs[this.loop.lead + step];
    const states = this.carried[step + 1];
    this.before = { values, fires: 0, states };
    return { next: states.map(formOf), output: formOf(result), shape: stepShape(values.get(result) ?? NOTHING) ?? [] };
  }

  private execute(step: number): { values: Map<string, StepValue>; machine: StepMachine } {
    const { states } = this.before;
    const carried = this.carried[step];
    const machine = new StepMachine(states.length, this.loop.steps.length, this.operators, carried.length > states.length ? [null] : []);
    const values = new Map<string, StepValue>();
    for (const [name, row] of this.rows[step]) values.set(name, machine.takeInput(this.input, row.shape));
    for (const name of carried) values.set(name, this.carry(name, step));
    for (const node of this.loop.steps[step]) {
      if (node.inputs[0] !== this.loop.source) this.executeNode(node, step, values, machine);
    }
    return { values, machine };
  }

  private executeNode(node: OnnxNode, step: number, values: Map<string, StepValue>, machine: StepMachine): void {
    const find = (name: string): StepValue | undefined => values.get(name) ?? this.fromOutside(name);
    const inner = new Call(this.call.context, node, this.call.opset, (name) => {
      const value = find(name);
      return value?.kind === 'fixed' ? constant(value.tensor) : undefined;
    });
    const inputs = node.inputs.map((name) => {
      const value = name === '' ? undefined : find(name);
      if (name !== '' && value === undefined) throw inner.fail('onnx-invalid-graph', `it reads \`${name}\`, which nothing gives`);
      return value;
    });
    try {
      guarded(inner, () => machine.run(inner, inputs)).forEach((value, k) => {
        const name = node.outputs[k];
        if (this.loop.likeRows.has(name)) this.checkShape(value);
        values.set(name, value);
      });
    } catch (error) {
      if (error instanceof NotANeuron && error.item === null) throw new NotANeuron(error.message, `node ${nameOf(node)}, in step ${step}`);
      throw error;
    }
  }

  /** What was taken to have the shape of a row does have it. */
  private checkShape(value: StepValue): void {
    if (value.kind !== 'linear' || !sameShape(value.shape, this.input.shape.slice(1)))
      throw new NotANeuron('the shape of a state is read, and it is not that of the input');
  }

  private fromOutside(name: string): StepValue | undefined {
    const value = this.call.lookUp(name);
    if (value === undefined) return undefined;
    return value.kind === 'constant' ? { kind: 'fixed', tensor: value.tensor } : { kind: 'outer', value };
  }

  private carriedInto(nodes: readonly OnnxNode[], step: number): readonly string[] {
    const orderOf = (name: string): number => this.made.get(name)?.order ?? 0;
    const names = new Set(nodes.flatMap((node) => node.inputs.filter((name) => (this.made.get(name)?.step ?? step) !== step)));
    return [...names].sort((a, b) => orderOf(a) - orderOf(b));
  }

  /** What the copy before made, as this one finds it: a state, or a spike. */
  private carry(name: string, step: number): StepValue {
    const { values, fires, states } = this.before;
    const value = values.get(name);
    const maker = this.made.get(name)?.step ?? step;
    if (maker !== step - 1) throw new NotANeuron(`step ${step} reads a result or an input of step ${maker}`);
    if (value?.kind !== 'linear')
      throw new NotANeuron(`step ${step} reads ${value === undefined ? 'nothing' : describeStep(value)} of the step before`);
    const position = states.indexOf(name);
    if (position >= 0) return { ...value, branches: [variableForm(states.length, position)] };
    const levels = [0, 1 << fires].map((outcome) => constantOf(branchAt(value.branches, outcome)));
    const known = levels.flatMap((level) => (level === null ? [] : [constantForm(states.length, level)]));
    if (known.length < 2 || (fires > 0 && dependsOn(value.branches, 0)))
      throw new NotANeuron('what a step hands on is neither a state nor its spike');
    return { ...value, branches: known };
  }

  private addRows(node: OnnxNode, source: StreamValue, steps: number): void {
    const inner = new Call(this.call.context, node, this.call.opset, this.call.lookUp);
    const picked = guarded(inner, () => pickedRows(inner, source.shape, steps));
    node.outputs.forEach((name, k) => {
      const row = picked[k];
      if (row === undefined) return;
      const rows = this.rows[row.step];
      // The rows that no copy reads, of a tensor that is split into all.
      if (rows === undefined && picked.length > 1) return;
      if (rows === undefined) throw new NotANeuron(`it picks row ${row.step} of ${steps}`);
      rows.set(name, row);
      this.made.set(name, { step: row.step, order: this.made.size });
    });
  }
}

/** A state is what no decision of its own step changes. */
const isState = (value: StepValue | undefined, fires: number): boolean => value?.kind === 'linear' && !dependsOn(value.branches, fires);
