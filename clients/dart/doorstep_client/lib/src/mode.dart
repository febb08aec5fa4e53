/// True in release builds, where nothing that is only for developers remains:
/// the compiler drops what a false constant guards.
const isRelease = bool.fromEnvironment('dart.vm.product');
