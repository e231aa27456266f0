/** Why the CUDA libraries could not be installed. The message says what to do, too. */
export class CudaInstallError extends Error {
  public override readonly name = 'CudaInstallError';
}
