/// What needs `dart:io`: a session kept in a file.
library;

export 'src/file_storage.dart' show FileStorage;
