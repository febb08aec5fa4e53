import 'dart:convert';
import 'dart:io';

import 'storage.dart';

/// Keeps sessions in one file that only its owner can read: for desktop and
/// command-line programs on Linux and macOS.
///
/// On phones use the platform's secure store. On Windows the file inherits the
/// rights of its folder: choose one below the user's profile.
final class FileStorage implements SessionStorage {
  /// Keeps everything in the file at [path]; its folder is made when missing.
  FileStorage(this.path);

  /// Where the file is.
  final String path;

  @override
  Future<String?> read(String key) async => (await _all())[key];

  @override
  Future<void> write(String key, String value) async =>
      _replace({...await _orNothing(), key: value});

  @override
  Future<void> delete(String key) async {
    if (!File(path).existsSync()) return;
    await _replace({...await _orNothing()}..remove(key));
  }

  Future<Map<String, String>> _all() async {
    final file = File(path);
    if (!file.existsSync()) return const {};
    final json = jsonDecode(utf8.decode(await file.readAsBytes()));
    if (json is! Map<String, Object?>) throw const FormatException('no object');
    return {
      for (final MapEntry(:key, :value) in json.entries)
        if (value is String) key: value,
    };
  }

  /// A damaged file is written anew: what it held is lost anyway. One that
  /// cannot be opened may hold other sessions, and stays.
  Future<Map<String, String>> _orNothing() async {
    try {
      return await _all();
    } on FormatException {
      return const {};
    }
  }

  /// The file is its owner's alone before there is anything in it, and takes
  /// the old one's place at once: a crash leaves one of the two.
  Future<void> _replace(Map<String, String> values) async {
    final file = File(path);
    await file.parent.create(recursive: true);
    if (values.isEmpty) {
      await file.delete();
      return;
    }
    // Not under a name that somebody could know before: what was opened while
    // others could would stay open to them. On POSIX systems a temporary folder
    // is made with the rights 0700, and nobody else reaches what is in it.
    final folder = await file.parent.createTemp('.doorstep-');
    try {
      final fresh = File('${folder.path}/session');
      await fresh.create(exclusive: true);
      if (!Platform.isWindows) await _hide(fresh.path);
      await fresh.writeAsString(jsonEncode(values), flush: true);
      await fresh.rename(path);
    } finally {
      await folder.delete(recursive: true);
    }
  }

  // dart:io has no call for rights.
  Future<void> _hide(String path) async {
    final result = await Process.run('chmod', ['600', path]);
    if (result.exitCode != 0) {
      throw FileSystemException('chmod 600 failed', path);
    }
  }
}
