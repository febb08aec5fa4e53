import 'package:http/http.dart' as http;

import '../diagnose/failure.dart';
import 'platform.dart';

/// Neither a browser nor dart:io: whatever client `package:http` finds.
final class CurrentPlatform implements Platform {
  @override
  Uri? get page => null;

  @override
  bool get isAndroidEmulator => false;

  @override
  http.Client createHttpClient(Duration timeout) => http.Client();

  @override
  Failure describe(Object exception) => Failure('$exception');

  @override
  Future<String?> ask(Uri url, Ask ask, Duration timeout) async => null;

  @override
  Tabs openTabs(String name, void Function(String news) hear) => const NoTabs();

  @override
  void Function() onOnline(void Function() listener) => () {};
}
