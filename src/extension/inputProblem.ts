/** Something about what the user asked for that cannot be done. The message says what, and what to do instead. */
export class InputProblem extends Error {
  public override readonly name = 'InputProblem';
}
