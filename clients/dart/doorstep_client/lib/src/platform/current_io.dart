import 'dart:io' as io;

import 'package:http/http.dart' as http;
import 'package:http/io_client.dart';

import '../diagnose/failure.dart';
import 'platform.dart';

/// Everything that has dart:io: phones, desktops, servers.
final class CurrentPlatform implements Platform {
  @override
  Uri? get page => null;

  @override
  bool get isAndroidEmulator =>
      io.Platform.isAndroid &&
      _emulatorFiles.any((path) => io.File(path).existsSync());

  // The emulator's pipes to its host; no phone has them.
  static const _emulatorFiles = ['/dev/goldfish_pipe', '/dev/qemu_pipe'];

  // An abort takes effect once there is a connection: this ends the time before.
  @override
  http.Client createHttpClient(Duration timeout) =>
      IOClient(io.HttpClient()..connectionTimeout = timeout);

  @override
  Failure describe(Object exception) {
    final osError = switch (exception) {
      io.SocketException(:final osError) ||
      io.TlsException(:final osError) => osError,
      _ => null,
    };
    return Failure(
      switch (exception) {
        io.SocketException(:final message) ||
        io.TlsException(:final message) => '$message ${osError?.message ?? ''}',
        http.ClientException(:final message) => message,
        _ => '$exception',
      },
      number: osError?.errorCode,
      system: io.Platform.operatingSystem,
      isTls: exception is io.TlsException,
    );
  }

  @override
  Future<String?> ask(Uri url, Ask ask, Duration timeout) async => null;

  @override
  Tabs openTabs(String name, void Function(String news) hear) => const NoTabs();

  @override
  void Function() onOnline(void Function() listener) => () {};
}
