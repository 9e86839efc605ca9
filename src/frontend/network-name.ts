/** Folder and file name of a model, without its ending: exports are often called `model.onnx`, and the folder says which. */
export const networkName = (file: string, ending: string): string =>
  (file.toLowerCase().endsWith(`.${ending}`) ? file.slice(0, -ending.length - 1) : file)
    .split(/[\\/]/)
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .slice(-2)
    .join('/');
