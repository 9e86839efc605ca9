/** Operators that a graph mutation may turn a node into: what is read here, and what is not. */
export const OPERATORS = [
  ...'Abs Add And BatchNormalization Cast Ceil Clip Concat ConcatFromSequence Constant ConstantOfShape Conv Cos Div Dropout'.split(' '),
  ...'Einsum Equal Exp Expand Flatten Floor Gather GatherElements GatherND Gelu Gemm Greater GreaterOrEqual Identity If'.split(' '),
  ...'LayerNormalization Less LessOrEqual Loop MatMul Max Min Mod Mul Neg Not Or Pow Range Reciprocal ReduceMean ReduceSum'.split(' '),
  ...'Relu Reshape Scan ScatterElements ScatterND SequenceAt SequenceConstruct SequenceEmpty SequenceInsert Shape Sigmoid Sign'.split(' '),
  ...'Sin Size Slice Softmax Split Sqrt Squeeze Sub Sum Tile Transpose Unsqueeze Where Xor LIFNode IFNode ParametricLIFNode'.split(' '),
];
