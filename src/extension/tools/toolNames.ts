/** The language model tools, by the name of their class. package.json declares the same ones: a test compares them. */
export const toolNames = {
  estimate: 'headroom_estimate',
  profile: 'headroom_profile',
} as const;
