import 'dart:io' as io;

import 'package:http/http.dart' as http;
import 'package:http/io_client.dart';

import '../error.dart';
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
  Trouble explain(Object exception) => switch (exception) {
    io.TlsException(:final message, :final osError) => (
      reason: UnavailableReason.tls,
      hint:
          'DS-29 The certificate was not accepted: ${osError?.message ?? message}. '
          'Serve the whole chain (fullchain.pem), for the name in the baseUrl.',
    ),
    io.SocketException(:final message, :final osError) => _socket(
      message,
      osError?.errorCode,
    ),
    _ when '$exception'.contains('Insecure HTTP is not allowed') => (
      reason: UnavailableReason.unreachable,
      hint:
          'DS-28 This platform refuses plain http. Use https, or allow it for '
          'debug builds (networkSecurityConfig, NSAllowsLocalNetworking).',
    ),
    _ => (reason: UnavailableReason.unreachable, hint: null),
  };

  // Numbers of Linux and Android, of macOS and iOS, of Windows.
  static const _noNetwork = {101, 51, 10051};

  Trouble _socket(String message, int? number) {
    if (message.startsWith('Failed host lookup')) {
      return (
        reason: UnavailableReason.offline,
        hint:
            'DS-26 The name cannot be looked up. No network? On Android, a '
            'release build needs <uses-permission '
            'android:name="android.permission.INTERNET"/> in the main manifest.',
      );
    }
    if (number == 1 && io.Platform.isMacOS) {
      return (
        reason: UnavailableReason.unreachable,
        hint:
            'DS-27 Add com.apple.security.network.client to '
            'DebugProfile.entitlements and Release.entitlements.',
      );
    }
    return (
      reason: _noNetwork.contains(number)
          ? UnavailableReason.offline
          : UnavailableReason.unreachable,
      hint: null,
    );
  }

  @override
  Future<bool>? answers(Uri url, Duration timeout) => null;

  @override
  Tabs openTabs(String name, void Function(String news) hear) => const NoTabs();

  @override
  void Function() onOnline(void Function() listener) => () {};
}
