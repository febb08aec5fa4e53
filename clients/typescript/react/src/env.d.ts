/** Replaced by the bundler, which then drops what only developers need. */
declare const process: { env: { NODE_ENV?: string } };
