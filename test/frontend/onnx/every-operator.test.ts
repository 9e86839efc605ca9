import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import { importOnnx } from '../../../src/frontend/onnx/index.ts';
import { verifyNetwork } from '../../../src/ir/network-verify.ts';
import { floats, GraphMaker } from './support/graph-maker.ts';
import { aroundNeurons, STEPS, WIDTH } from './support/importing.ts';
import { customLif } from './support/lif.ts';

/** The operators of the standard's main domain, from version 1 to 25. */
const OPERATORS = `Abs Acos Acosh Add AffineGrid And ArgMax ArgMin Asin Asinh Atan Atanh Attention AveragePool BatchNormalization Bernoulli
BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor BlackmanWindow Cast CastLike Ceil Celu CenterCropPad Clip Col2Im Compress Concat
ConcatFromSequence Constant ConstantOfShape Conv ConvInteger ConvTranspose Cos Cosh CumSum DFT DeformConv DepthToSpace DequantizeLinear Det
Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor GRU Gather GatherElements GatherND Gelu Gemm
GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GridSample GroupNormalization HammingWindow HannWindow HardSigmoid
HardSwish Hardmax Identity If ImageDecoder InstanceNormalization IsInf IsNaN LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual Log
LogSoftmax Loop LpNormalization LpPool MatMul MatMulInteger Max MaxPool MaxRoiPool MaxUnpool Mean MeanVarianceNormalization
MelWeightMatrix Min Mish Mod Mul Multinomial Neg NegativeLogLikelihoodLoss NonMaxSuppression NonZero Not OneHot Optional
OptionalGetElement OptionalHasElement Or PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear RMSNormalization RNN RandomNormal
RandomNormalLike RandomUniform RandomUniformLike Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean
ReduceMin ReduceProd ReduceSum ReduceSumSquare RegexFullMatch Relu Reshape Resize ReverseSequence RoiAlign RotaryEmbedding Round STFT Scan
Scatter ScatterElements ScatterND Selu SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SequenceMap
Shape Shrink Sigmoid Sign Sin Sinh Size Slice Softmax SoftmaxCrossEntropyLoss Softplus Softsign SpaceToDepth Split SplitToSequence Sqrt
Squeeze StringConcat StringNormalizer StringSplit Sub Sum Swish Tan Tanh TensorScatter TfIdfVectorizer ThresholdedRelu Tile TopK Transpose
Trilu Unique Unsqueeze Upsample Where Xor`.split(/\s+/);

/** Element types of the standard: numbers of TensorProto.DataType, and some beyond its end. */
const ELEMENT_TYPES = Array.from({ length: 30 }, (_, type) => type);

/** What an operator may be given: the stream, a matrix, a vector, a scalar, an index, a shape, nothing. */
const OPERANDS: readonly ((graph: GraphMaker, stream: string) => string)[] = [
  (_, stream) => stream,
  (graph) => graph.constant(floats([WIDTH, WIDTH], new Float32Array(WIDTH * WIDTH).fill(0.5))),
  (graph) => graph.constant(floats([WIDTH], [1, 2, 3, 4])),
  (graph) => graph.scalar(0.5),
  (graph) => graph.ints(1),
  (graph) => graph.ints(STEPS, 1, WIDTH),
  () => '',
];

/** `loaded`, or the codes of the refusal; anything else that is thrown is a failure. */
function outcome(bytes: Uint8Array): string {
  try {
    const network = importOnnx(bytes, { file: 'made.onnx', report: () => undefined });
    expect(verifyNetwork(network)).toEqual([]);
    return 'loaded';
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    expect(error.diagnostics.length).toBeGreaterThan(0);
    return error.diagnostics.map(({ code }) => code).join();
  }
}

/** The operator with up to three operands, before the neurons, behind them and in their stead. */
function* placesOf(operator: string): Generator<Uint8Array> {
  const lif = (graph: GraphMaker, x: string): string => customLif(graph, x, 'layer.lif');
  for (const second of [null, ...OPERANDS]) {
    for (const third of second === null ? [null] : [null, ...OPERANDS.slice(0, 2), ...OPERANDS.slice(4, 5)]) {
      const apply = (graph: GraphMaker, x: string): string =>
        graph.one(operator, [x, ...[second, third].flatMap((make) => (make === null ? [] : [make(graph, x)]))]);
      yield aroundNeurons((graph, x) => lif(graph, apply(graph, x)));
      yield aroundNeurons((graph, x) => apply(graph, lif(graph, x)));
      yield aroundNeurons(apply);
    }
  }
}

describe('every operator of the standard', () => {
  it.each(OPERATORS)('is read or refused with a diagnostic: %s', (operator) => {
    const outcomes = [...placesOf(operator)].map(outcome);
    // In the stead of the neurons it never loads: only a neuron makes a network.
    expect(outcomes.filter((_, k) => k % 3 === 2)).not.toContain('loaded');
  });

  it('has some that load beside a neuron', () => {
    const loading = OPERATORS.filter((operator) => [...placesOf(operator)].some((bytes) => outcome(bytes) === 'loaded'));
    expect(loading).toEqual(expect.arrayContaining(['Add', 'Identity', 'Mul', 'Reshape', 'Squeeze', 'Sub']));
  });
});

describe('every element type', () => {
  it.each(ELEMENT_TYPES)('is read or refused with a diagnostic: %i', (type) => {
    const graph = new GraphMaker();
    const sum = graph.one('MatMul', [
      graph.one('Cast', ['features'], { to: 1 }),
      graph.initializer('w', [WIDTH, WIDTH], new Float32Array(16).fill(1)),
    ]);
    const spikes = customLif(graph, graph.transpose(sum, 1, 0, 2), 'layer.lif');
    const logits = graph.one('MatMul', [spikes, graph.initializer('o', [WIDTH, 2], new Float32Array(8).fill(1))]);
    const plain = type === 1 || type === 10 || type === 11;
    const found = outcome(graph.encode({ features: [[1, STEPS, WIDTH], type] }, [logits]));
    if (plain) expect(found).toBe('loaded');
  });
});
