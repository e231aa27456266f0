/** What the user gave cannot be used; the message says what is wrong and what to do. Exit code 2. */
export class InputError extends Error {
  public override readonly name: string = 'InputError';
}

/** The same of the command line itself, where `--help` helps. */
export class UsageError extends InputError {
  public override readonly name = 'UsageError';
}
